package io.bandpass.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.testing.Golden;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every attack. */
final class AttackContractTest {
    private static final int IMAGES = 8;
    private static final int CLASSES = 6;

    private static Stream<Arguments> attacks() {
        return Arrays.stream(AttackKind.values())
                .flatMap(kind -> Arrays.stream(AttackNorm.values()).map(norm -> Arguments.of(kind, norm)));
    }

    /** Such that an attack fools the network on some of the images, but not on all. */
    private static AttackSettings settings(AttackKind kind, AttackNorm norm) {
        AttackSettings few = kind.settings(norm).withEps(norm == AttackNorm.LINF ? 0.03 : 0.2);
        return few.withSteps(kind == AttackKind.FGSM ? 1 : 12).withQueries(60).withTargets(Math.min(few.targets(), 3));
    }

    private static AttackOutcome run(AttackKind kind, AttackSettings settings, AttackedModel model, AttackBatch batch) {
        return kind.with(settings).run(model, batch, new AttackWarnings());
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void withinReachAndInTheUnitRange(AttackKind kind, AttackNorm norm) {
        try (PointerScope scope = new PointerScope()) {
            TinyNetwork model = new TinyNetwork(ScalarType.Float, CLASSES);
            AttackBatch batch = model.batch(IMAGES);
            AttackSettings settings = settings(kind, norm);
            AttackOutcome outcome = run(kind, settings, model, batch);
            Tensor adversarial = outcome.adversarial();
            assertThat(adversarial.min().item_double()).isGreaterThanOrEqualTo(0);
            assertThat(adversarial.max().item_double()).isLessThanOrEqualTo(1);
            Tensor distances = norm.of(adversarial.sub(batch.images()));
            assertThat(distances.max().item_double())
                    .isLessThan(settings.eps() + 1e-6)
                    .isGreaterThan(0);
            // The network has its predictions as labels.
            assertThat(outcome.cleanRight()).containsOnly(true);
            assertThat(outcome.stillRight()).contains(true).contains(false);
            boolean[] right = Predictions.toBooleans(Predictions.right(model.logits(adversarial), batch.labels()));
            assertThat(outcome.stillRight()).isEqualTo(right);
        }
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void epsZeroIsNoAttack(AttackKind kind, AttackNorm norm) {
        try (PointerScope scope = new PointerScope()) {
            TinyNetwork model = new TinyNetwork(ScalarType.Float, CLASSES);
            AttackBatch batch = model.batch(IMAGES);
            AttackOutcome outcome = run(kind, settings(kind, norm).withEps(0), model, batch);
            assertThat(Golden.largestDifference(outcome.adversarial(), batch.images()))
                    .isZero();
            assertThat(outcome.stillRight()).isEqualTo(outcome.cleanRight());
        }
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void batchAndOrderDoNotMatter(AttackKind kind, AttackNorm norm) {
        try (PointerScope scope = new PointerScope()) {
            // In float64 the rounding of another batch size flips no sign.
            TinyNetwork model = new TinyNetwork(ScalarType.Double, CLASSES);
            AttackBatch batch = model.batch(IMAGES);
            AttackSettings settings = settings(kind, norm).withRestarts(2).withSeed(5);
            AttackOutcome together = run(kind, settings, model, batch);
            long[] backwards =
                    IntStream.range(0, IMAGES).mapToLong(i -> IMAGES - 1 - i).toArray();
            Tensor order = Tensors.ofLongs(backwards, IMAGES);
            AttackOutcome reversed = run(kind, settings, model, batch.select(order));
            assertThat(Golden.largestDifference(
                            reversed.adversarial(), together.adversarial().index_select(0, order)))
                    .isLessThan(1e-9);
            for (int i = 0; i < IMAGES; i++) {
                AttackBatch one = batch.select(Tensors.ofLongs(new long[] {i}, 1));
                AttackOutcome alone = run(kind, settings, model, one);
                assertThat(Golden.largestDifference(
                                alone.adversarial().select(0, 0),
                                together.adversarial().select(0, i)))
                        .isLessThan(1e-9);
                assertThat(alone.stillRight()[0]).isEqualTo(together.stillRight()[i]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PGD", "APGD_CE", "APGD_T", "SQUARE", "AUTOATTACK"})
    void theSeedAndTheKeyDecideWhatIsRandom(AttackKind kind) {
        try (PointerScope scope = new PointerScope()) {
            TinyNetwork model = new TinyNetwork(ScalarType.Float, CLASSES);
            AttackBatch batch = model.batch(IMAGES);
            // So small that an attack has to search.
            AttackSettings settings = settings(kind, AttackNorm.LINF).withEps(0.01);
            Tensor first = run(kind, settings, model, batch).adversarial();
            assertThat(Golden.largestDifference(
                            run(kind, settings, model, batch).adversarial(), first))
                    .isZero();
            Tensor other = run(kind, settings.withSeed(1), model, batch).adversarial();
            assertThat(Golden.largestDifference(other, first)).isGreaterThan(1e-4);
            long[] keys = Arrays.stream(batch.keys()).map(key -> key + 1000).toArray();
            AttackBatch renamed = new AttackBatch(batch.images(), batch.labels(), keys);
            assertThat(Golden.largestDifference(
                            run(kind, settings, model, renamed).adversarial(), first))
                    .isGreaterThan(1e-4);
        }
    }

    private static void assertNoneMoreRobust(boolean[] more, boolean[] fewer) {
        for (int i = 0; i < more.length; i++) {
            assertThat(more[i] && !fewer[i]).as("image %d", i).isFalse();
        }
    }

    private static int count(boolean[] right) {
        return (int) IntStream.range(0, right.length).filter(i -> right[i]).count();
    }

    @ParameterizedTest
    @EnumSource(names = {"APGD_CE", "APGD_DLR", "APGD_T", "FAB_T", "SQUARE"})
    void restartsNeverFindFewer(AttackKind kind) {
        try (PointerScope scope = new PointerScope()) {
            TinyNetwork model = new TinyNetwork(ScalarType.Double, CLASSES);
            AttackBatch batch = model.batch(64);
            AttackSettings settings =
                    settings(kind, AttackNorm.LINF).withSteps(2).withQueries(3);
            boolean[] one = run(kind, settings, model, batch).stillRight();
            boolean[] five = run(kind, settings.withRestarts(5), model, batch).stillRight();
            assertNoneMoreRobust(five, one);
            assertThat(count(one)).isBetween(1, 63);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"steps", "queries"})
    void longerSearchesFindMore(String kind) {
        try (PointerScope scope = new PointerScope()) {
            TinyNetwork model = new TinyNetwork(ScalarType.Double, CLASSES);
            AttackBatch batch = model.batch(64);
            boolean square = kind.equals("queries");
            AttackKind attack = square ? AttackKind.SQUARE : AttackKind.APGD_CE;
            List<boolean[]> right = Stream.of(1, 5, 25, 125)
                    .map(length -> {
                        AttackSettings settings = settings(attack, AttackNorm.LINF)
                                .withSteps(length)
                                .withQueries(length);
                        return run(attack, settings, model, batch).stillRight();
                    })
                    .toList();
            for (int i = 1; i < right.size(); i++) {
                assertThat(count(right.get(i))).isLessThanOrEqualTo(count(right.get(i - 1)));
                if (square) {
                    // The first queries are the same; the steps of APGD depend on their number.
                    assertNoneMoreRobust(right.get(i), right.get(i - 1));
                }
            }
            assertThat(count(right.get(3))).isLessThan(count(right.get(0)));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PGD", "APGD_CE", "APGD_DLR", "APGD_T", "SQUARE", "AUTOATTACK"})
    void robustnessFallsToNothingAsEpsGrows(AttackKind kind) {
        try (PointerScope scope = new PointerScope()) {
            TinyNetwork model = new TinyNetwork(ScalarType.Float, CLASSES);
            AttackBatch batch = model.batch(32);
            int before = 33;
            for (double levels : new double[] {0, 1, 4, 16, 255}) {
                AttackSettings settings = settings(kind, AttackNorm.LINF)
                        .withEps(levels / 255)
                        .withSteps(40)
                        .withQueries(300);
                int right = count(run(kind, settings, model, batch).stillRight());
                assertThat(right).as("%s/255", levels).isLessThanOrEqualTo(before);
                before = right;
            }
            assertThat(before).isZero();
        }
    }

    /** AutoAttack's parts agree about which images have an adversarial version nearby. */
    @ParameterizedTest
    @EnumSource(names = {"APGD_DLR", "APGD_T", "FAB_T"})
    void theAttacksAgree(AttackKind kind) {
        try (PointerScope scope = new PointerScope()) {
            TinyNetwork model = new TinyNetwork(ScalarType.Double, CLASSES);
            AttackBatch batch = model.batch(64);
            int found = count(run(
                            AttackKind.APGD_CE,
                            settings(AttackKind.APGD_CE, AttackNorm.LINF).withSteps(100),
                            model,
                            batch)
                    .stillRight());
            int by =
                    count(run(kind, kind.settings(AttackNorm.LINF).withEps(0.03).withTargets(5), model, batch)
                            .stillRight());
            assertThat(by).isBetween(found - 2, found + 1);
        }
    }

    /** A linear model of larger images, on which nothing is ever found. */
    @ParameterizedTest
    @EnumSource(names = {"PGD", "APGD_CE", "FAB_T", "SQUARE"})
    void memoryStaysFlat(AttackKind kind) {
        try (PointerScope scope = new PointerScope()) {
            torch.manual_seed(3);
            Tensor weights = torch.randn(4, 3 * 64 * 64).mul(new Scalar(1e-4));
            Tensor bias = Tensors.ofFloats(new float[] {9, 0, 0, 0}, 4);
            AttackedModel model = images -> torch.linear(images.flatten(1, -1), weights, new TensorOptional(bias));
            Tensor images = torch.rand(8, 3, 64, 64);
            AttackBatch batch =
                    new AttackBatch(images, Tensors.zeros(ScalarType.Long, 8), new long[] {0, 1, 2, 3, 4, 5, 6, 7});
            AttackSettings settings = kind.settings(AttackNorm.LINF).withTargets(kind == AttackKind.FAB_T ? 1 : 0);
            run(kind, settings.withSteps(20).withQueries(50), model, batch);
            long before = Engine.residentBytes();
            boolean[] right = run(kind, settings.withSteps(200).withQueries(400), model, batch)
                    .stillRight();
            // A single forgotten tensor of the images would be 78 MB in 200 iterations.
            assertThat(Engine.residentBytes() - before).isLessThan(40L << 20);
            assertThat(right).containsOnly(true);
        }
    }
}

package io.bandpass.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConfigException;
import io.bandpass.task.NotFiniteException;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

final class AttackSuiteTest {
    /** Takes an image for class 1 if its first pixel is above 0.5. */
    private static final AttackedModel THRESHOLD = images -> {
        Tensor pixel = images.flatten(1, -1).select(1, 0);
        return torch.stack(new TensorVector(Tensors.add(pixel.mul(new Scalar(0.0)), 0.5), pixel), 1);
    };

    /** Inverts the images with some keys, and remembers which it got. */
    private record Inverting(
            String name, boolean usesGradients, boolean attacksMisclassified, Set<Long> fooled, List<Long> got)
            implements Attack {
        Inverting(String name, boolean usesGradients, boolean attacksMisclassified, Long... fooled) {
            this(name, usesGradients, attacksMisclassified, Set.of(fooled), new ArrayList<>());
        }

        @Override
        public void check(long classes) {}

        @Override
        public Tensor perturb(AttackedModel model, AttackBatch batch, AttackWarnings warnings) {
            Arrays.stream(batch.keys()).forEach(got::add);
            float[] inverted = new float[batch.keys().length];
            for (int i = 0; i < inverted.length; i++) {
                inverted[i] = fooled.contains(batch.keys()[i]) ? 1 : 0;
            }
            Tensor where = Tensors.ofFloats(inverted, inverted.length, 1, 1, 1);
            return Tensors.oneMinus(batch.images())
                    .mul(where)
                    .add(batch.images().mul(Tensors.oneMinus(where)));
        }
    }

    /** Black images with the keys 10, 11, ..., in class 0. */
    private static AttackBatch black(long... labels) {
        return new AttackBatch(
                Tensors.zeros(ScalarType.Float, labels.length, 3, 2, 2),
                Tensors.ofLongs(labels, labels.length),
                IntStream.range(10, 10 + labels.length).asLongStream().toArray());
    }

    @Test
    void eachAttackGetsWhatTheOnesBeforeLeft() {
        try (PointerScope scope = new PointerScope()) {
            Inverting first = new Inverting("first", true, true, 11L, 13L);
            Inverting second = new Inverting("second", true, false, 12L, 11L);
            Inverting third = new Inverting("third", true, false);
            AttackOutcome outcome = new AttackSuite("three", List.of(first, second, third))
                    .run(THRESHOLD, black(0, 0, 0, 1), new AttackWarnings());
            assertThat(first.got()).containsExactly(10L, 11L, 12L);
            assertThat(second.got()).containsExactly(10L, 12L);
            assertThat(third.got()).containsExactly(10L);
            assertThat(outcome.cleanRight()).containsExactly(true, true, true, false);
            Map<String, boolean[]> after = outcome.rightAfter();
            assertThat(after.keySet()).containsExactly("first", "second", "third");
            assertThat(after.get("first")).containsExactly(true, false, true, false);
            assertThat(after.get("second")).containsExactly(true, false, false, false);
            assertThat(outcome.stillRight()).containsExactly(true, false, false, false);
            assertThat(Tensors.toFloats(outcome.adversarial().flatten(1, -1).select(1, 0)))
                    .containsExactly(0, 1, 1, 0);
        }
    }

    @Test
    void aSingleAttackOnAllCanMakeImagesRight() {
        try (PointerScope scope = new PointerScope()) {
            Inverting only = new Inverting("only", true, true, 11L);
            AttackOutcome outcome =
                    new AttackSuite("only", List.of(only)).run(THRESHOLD, black(0, 1), new AttackWarnings());
            assertThat(only.got()).containsExactly(10L, 11L);
            assertThat(outcome.cleanRight()).containsExactly(true, false);
            assertThat(outcome.stillRight()).containsExactly(true, true);

            Inverting ofRight = new Inverting("right only", true, false, 11L);
            outcome = new AttackSuite("right only", List.of(ofRight)).run(THRESHOLD, black(0, 1), new AttackWarnings());
            assertThat(ofRight.got()).containsExactly(10L);
            assertThat(outcome.stillRight()).containsExactly(true, false);
        }
    }

    @Test
    void whenNothingIsLeftNoAttackIsMade() {
        try (PointerScope scope = new PointerScope()) {
            Inverting attack = new Inverting("attack", true, false);
            AttackOutcome outcome =
                    new AttackSuite("suite", List.of(attack)).run(THRESHOLD, black(1, 1), new AttackWarnings());
            assertThat(attack.got()).isEmpty();
            assertThat(outcome.stillRight()).containsExactly(false, false);
        }
    }

    @Test
    void autoattackHasItsPartsInOrder() {
        for (AttackNorm norm : AttackNorm.values()) {
            assertThat(AttackKind.AUTOATTACK
                            .with(AttackKind.AUTOATTACK.settings(norm))
                            .attacks())
                    .extracting(Attack::name)
                    .containsExactly("apgd-ce", "apgd-t", "fab-t", "square");
        }
        for (AttackKind kind : AttackKind.values()) {
            AttackSuite suite = kind.with(kind.settings(AttackNorm.LINF));
            assertThat(suite.name()).isEqualTo(kind.toString());
            assertThat(kind == AttackKind.AUTOATTACK
                            || suite.attacks().get(0).name().equals(kind.toString()))
                    .isTrue();
        }
    }

    @Test
    void twiceTheSameAndNothingAreRefused() {
        Attack attack = new Inverting("pgd", true, true);
        assertThatThrownBy(() -> new AttackSuite("both", List.of(attack, attack)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("the attack pgd is named twice; once is enough");
        assertThatThrownBy(() -> new AttackSuite("none", List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("at least one");
    }

    @Test
    void tooFewClassesAreRefused() {
        try (PointerScope scope = new PointerScope()) {
            for (AttackKind kind : List.of(AttackKind.APGD_T, AttackKind.AUTOATTACK)) {
                TinyNetwork three = new TinyNetwork(ScalarType.Float, 3);
                AttackSuite suite = kind.with(kind.settings(AttackNorm.LINF));
                assertThatThrownBy(() -> suite.run(three, three.batch(2), new AttackWarnings()))
                        .isInstanceOf(ConfigException.class)
                        .hasMessage("apgd-t needs at least 4 classes, but the model has 3;"
                                + " apgd-ce, fab-t and square take 2");
            }
            AttackSuite dlr = AttackKind.APGD_DLR.with(AttackKind.APGD_DLR.settings(AttackNorm.LINF));
            dlr.check(3);
            assertThatThrownBy(() -> dlr.check(2))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("apgd-dlr needs at least 3 classes, but the model has 2");
            for (AttackKind kind : List.of(AttackKind.APGD_CE, AttackKind.FAB_T, AttackKind.SQUARE)) {
                TinyNetwork two = new TinyNetwork(ScalarType.Float, 2);
                AttackSettings settings = kind.settings(AttackNorm.LINF)
                        .withEps(0.5)
                        .withSteps(20)
                        .withQueries(200);
                assertThat(kind.with(settings)
                                .run(two, two.batch(4), new AttackWarnings())
                                .stillRight())
                        .containsOnly(false);
            }
        }
    }

    @Test
    void labelsLogitsAndPixelsAreChecked() {
        try (PointerScope scope = new PointerScope()) {
            AttackSuite suite = AttackKind.PGD.with(AttackKind.PGD.settings(AttackNorm.LINF));
            assertThatThrownBy(() -> suite.run(THRESHOLD, black(0, 2), new AttackWarnings()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("labels must be classes of the model, from 0 to 1");
            AttackedModel broken = images -> THRESHOLD.logits(images).log().mul(new Scalar(0.0));
            assertThatThrownBy(() -> suite.run(broken, black(0, 0), new AttackWarnings()))
                    .isInstanceOf(NotFiniteException.class)
                    .hasMessage("the logits of 2 of 2 images to attack are not finite numbers");
            Tensor normalised = Tensors.add(Tensors.zeros(ScalarType.Float, 1, 3, 2, 2), -0.1);
            assertThatThrownBy(() -> new AttackBatch(normalised, Tensors.zeros(ScalarType.Long, 1), new long[1]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[0, 1]");
            Tensor images = Tensors.zeros(ScalarType.Float, 2, 3, 2, 2);
            assertThatThrownBy(() -> new AttackBatch(images, Tensors.zeros(ScalarType.Long, 2), new long[1]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1 keys");
            assertThatThrownBy(() -> new AttackBatch(images, Tensors.zeros(ScalarType.Float, 2), new long[2]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("labels must be int64");
        }
    }
}

package io.bandpass.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** FGSM and PGD against attacks.safetensors and robust.safetensors. */
final class GoldenPgdTest {
    private static final double LOGITS = 1e-5;
    /** In float32 the sign of a gradient that is nearly 0 may be another; of 12,288 values. */
    private static final long FLIPS = 12;

    private static Stream<Arguments> attacks() {
        return Stream.of(ScalarType.Double, ScalarType.Float)
                .flatMap(type -> Stream.of("pgd_rs", "pgd_targeted", "pgdl2", "pgdl2_rs", "pgdl2_targeted")
                        .map(name -> Arguments.of(name, type)));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void pointsAndLogitsAreTorchattacks(String name, ScalarType type) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                TensorFile golden = Golden.tensors("attacks");
                GoldenModel model = new GoldenModel(type)) {
            boolean l2 = name.startsWith("pgdl2");
            double eps = l2 ? 0.5 : 4 / 255.0;
            AttackSettings settings = AttackKind.PGD
                    .settings(l2 ? AttackNorm.L2 : AttackNorm.LINF)
                    .withEps(eps)
                    .withSteps(10)
                    .withTargets(name.endsWith("targeted") ? 1 : 0);
            // Ten steps of eps / 4 is the step that follows from eps and the number of steps.
            AttackSettings sized = l2 ? settings.withStepSize(eps / 5) : settings;
            StartPoints starts = name.endsWith("_rs")
                    ? (batch, attempt) -> batch.images().add(golden.get(l2 ? "pgdl2_start" : "pgd_start"))
                    : StartPoints.images();
            AttackBatch batch = model.batch(golden.get("labels"));
            Tensor points = new Pgd("pgd", sized, starts)
                    .attempt(model, batch, new Attempt(0, 0, golden.get("target")), new AttackWarnings());

            assertThat(points.scalar_type().intern()).isEqualTo(type);
            assertThat(Numbers.differing(points, golden.get(name + ".adv"), 1e-6))
                    .isLessThanOrEqualTo(type == ScalarType.Double ? 0 : FLIPS);
            Tensor logits = model.logits(points);
            assertThat(Golden.largestDifference(logits, golden.get(name + ".logits")))
                    .isLessThan(LOGITS);
            JsonNode expected = Golden.json("attacks").get(name);
            assertThat(Predictions.toBooleans(Predictions.right(logits, batch.labels())))
                    .isEqualTo(Numbers.booleans(expected.get("still_right")));
            Tensor changes = points.sub(batch.images());
            Numbers.assertRelative(
                    Tensors.toDoubles(AttackNorm.L2.of(changes)), Numbers.doubles(expected.get("l2")), 1e-5);
            Numbers.assertRelative(
                    Tensors.toDoubles(AttackNorm.LINF.of(changes)), Numbers.doubles(expected.get("linf")), 1e-6);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ScalarType.class,
            names = {"Double", "Float"})
    void logitsTargetsAndLabelsAreTheStoredOnes(ScalarType type) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                TensorFile golden = Golden.tensors("attacks");
                GoldenModel model = new GoldenModel(type)) {
            Tensor logits = model.logits(model.images());
            assertThat(Golden.largestDifference(logits, golden.get("clean_logits")))
                    .isLessThan(type == ScalarType.Double ? 1e-12 : LOGITS);
            Tensor order = logits.sort(1, true).get1(); // (4, 10)
            long[] labels = Tensors.toLongs(golden.get("labels"));
            // The last image has its runner-up as its label.
            assertThat(Arrays.copyOf(labels, 3)).isEqualTo(Arrays.copyOf(column(order, 0), 3));
            assertThat(labels[3]).isEqualTo(column(order, 1)[3]);
            assertThat(Tensors.toLongs(golden.get("target"))).isEqualTo(column(order, 2));
        }
    }

    private static long[] column(Tensor matrix, long column) {
        return Tensors.toLongs(matrix.select(1, column));
    }

    /** The settings of each attack in robust.safetensors; those of FGSM and PGD are the published ones of RVT. */
    private static AttackSettings settings(String name) {
        AttackSettings rvt = (name.equals("fgsm") ? AttackKind.FGSM : AttackKind.PGD).settings(AttackNorm.LINF);
        return switch (name) {
            case "pgd" -> rvt.withRandomStart(false);
            case "pgd8" -> rvt.withRandomStart(false).withEps(8 / 255.0).withStepSize(2 / 255.0);
            default -> rvt;
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"fgsm", "pgd", "pgd_rs", "pgd8"})
    void rvtsAttacksGiveTheStoredPoints(String name) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                TensorFile golden = Golden.tensors("robust");
                GoldenModel model = new GoldenModel(ScalarType.Float)) {
            AttackBatch batch = model.batch(golden.get("labels"));
            Attack attack = name.equals("pgd_rs")
                    ? new Pgd(
                            "pgd",
                            settings(name),
                            (images, attempt) -> images.images().add(golden.get("pgd_rs_init")))
                    : (name.equals("fgsm") ? AttackKind.FGSM : AttackKind.PGD)
                            .with(settings(name))
                            .attacks()
                            .get(0);
            Tensor points = attack.perturb(model, batch, new AttackWarnings());
            assertThat(Numbers.differing(points, golden.get(name + "_adv"), 1e-6))
                    .isLessThanOrEqualTo(FLIPS);
            Tensor logits = model.logits(points);
            assertThat(Golden.largestDifference(logits, golden.get(name + "_logits")))
                    .isLessThan(LOGITS);
            double expected =
                    Golden.json("info").get("robust_ce").get(name + "_logits").asDouble();
            assertThat(crossEntropy(logits, batch)).isCloseTo(expected, within(1e-5));
        }
    }

    private static double crossEntropy(Tensor logits, AttackBatch batch) {
        return ImageLoss.crossEntropy(logits, batch.labels(), batch.labels())
                .mean()
                .item_double();
    }

    @Test
    void gradientsOfTheImagesAreTheStoredOnes() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                TensorFile golden = Golden.tensors("robust");
                GoldenModel model = new GoldenModel(ScalarType.Float)) {
            AttackBatch batch = model.batch(golden.get("labels"));
            assertThat(Golden.largestDifference(batch.images(), golden.get("x01")))
                    .isZero();
            Gradients at = Gradients.at(
                    batch.images(), model, logits -> ImageLoss.crossEntropy(logits, batch.labels(), batch.labels()));
            assertThat(Golden.largestDifference(at.logits(), golden.get("clean_logits")))
                    .isLessThan(LOGITS);
            JsonNode info = Golden.json("info");
            assertThat(crossEntropy(at.logits(), batch))
                    .isCloseTo(info.get("robust_ce").get("clean_logits").asDouble(), within(1e-5));
            // Stored is the gradient of the mean over the four images.
            Tensor ofMean = at.gradients().div(new Scalar(4.0));
            assertThat(Golden.largestDifference(ofMean, golden.get("clean_grad")))
                    .isLessThan(1e-5 * Golden.largest(golden.get("clean_grad")));
            double smallest = Arrays.stream(Tensors.toDoubles(ofMean))
                    .map(Math::abs)
                    .min()
                    .orElseThrow();
            assertThat(smallest)
                    .isCloseTo(info.get("robust_min_abs_grad").asDouble(), within(1e-8))
                    .isGreaterThan(1e-7);
            assertThat(info.get("robust_grad_lt_1e-7").asInt()).isZero();
        }
    }
}

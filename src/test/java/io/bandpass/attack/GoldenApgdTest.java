package io.bandpass.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** APGD against attacks.safetensors, that is AutoAttack's program. */
final class GoldenApgdTest {
    /** How many of the 12,288 values may take another path in float32. */
    private static final long OTHER_PATH = 300;

    private static AttackSettings settings(String name) {
        boolean l2 = name.contains("_L2_");
        return AttackKind.APGD_CE
                .settings(l2 ? AttackNorm.L2 : AttackNorm.LINF)
                .withEps(l2 ? 0.5 : 4 / 255.0)
                .withSteps(Integer.parseInt(name.substring(name.lastIndexOf('_') + 1)));
    }

    private static ImageLoss loss(String name) {
        return switch (name.split("_", -1)[1]) {
            case "ce" -> ImageLoss::crossEntropy;
            case "dlr" -> ImageLoss::dlr;
            case "t" -> ImageLoss::targetedDlr;
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static ApgdRun run(String name, GoldenModel model, TensorFile golden) {
        AttackBatch batch = model.batch(golden.get("labels"));
        AttackSettings settings = settings(name);
        Tensor start = golden.get(settings.norm() == AttackNorm.L2 ? "apgd_start_L2" : "apgd_start_Linf")
                .to(batch.images().scalar_type());
        return new ApgdRun(model, settings, loss(name), new ApgdRun.Aim(batch, golden.get("apgd_target")), start);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "apgd_ce_Linf_20",
                "apgd_dlr_Linf_20",
                "apgd_t_Linf_20",
                "apgd_ce_L2_20",
                "apgd_dlr_L2_20",
                "apgd_t_L2_20",
                "apgd_ce_Linf_100",
                "apgd_dlr_Linf_100",
                "apgd_ce_L2_100",
                "apgd_dlr_L2_100"
            })
    void pointsLossesAndStepsAreAutoattacks(String name) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                TensorFile golden = Golden.tensors("attacks");
                GoldenModel model = new GoldenModel(ScalarType.Double);
                ApgdRun run = run(name, model, golden)) {
            JsonNode expected = Golden.json("attacks").get(name);
            List<Integer> checks = new ArrayList<>();
            Tensor adversarial = run.whole((iterations, steps, halved) -> {
                JsonNode check = expected.get("checks").get(checks.size());
                checks.add(iterations);
                assertThat(iterations).isEqualTo(check.get("after").asInt());
                assertThat(Tensors.toDoubles(steps)).isEqualTo(Numbers.doubles(check.get("step")));
                assertThat(Predictions.toBooleans(halved)).isEqualTo(Numbers.booleans(check.get("halved")));
            });
            assertThat(checks).hasSize(expected.get("checks").size());
            assertThat(Golden.largestDifference(run.best(), golden.get(name + ".best")))
                    .isLessThan(1e-6);
            if (golden.find(name + ".adv") != null) {
                assertThat(Golden.largestDifference(adversarial, golden.get(name + ".adv")))
                        .isLessThan(1e-6);
            }
            Numbers.assertRelative(
                    Tensors.toDoubles(run.losses().t()), Tensors.toDoubles(golden.get(name + ".losses")), 1e-6);
            Numbers.assertRelative(
                    Tensors.toDoubles(run.bestLosses()), Numbers.doubles(expected.get("loss_best")), 1e-6);
            assertThat(Predictions.toBooleans(run.right())).isEqualTo(Numbers.booleans(expected.get("robust")));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "apgd_ce_Linf_20",
                "apgd_ce_Linf_100",
                "apgd_ce_L2_20",
                "apgd_ce_L2_100",
                "apgd_t_Linf_20",
                "apgd_t_L2_20",
                "apgd_dlr_Linf_20",
                "apgd_dlr_Linf_100",
                "apgd_dlr_L2_20",
                "apgd_dlr_L2_100"
            })
    void float32FoolsTheModelOnTheSameImages(String name) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                TensorFile golden = Golden.tensors("attacks");
                GoldenModel model = new GoldenModel(ScalarType.Float);
                ApgdRun run = run(name, model, golden)) {
            run.whole((iterations, steps, halved) -> {});
            JsonNode expected = Golden.json("attacks").get(name);
            assertThat(Predictions.toBooleans(run.right())).isEqualTo(Numbers.booleans(expected.get("robust")));
            double[] best = Tensors.toDoubles(run.bestLosses());
            double[] stored = Numbers.doubles(expected.get("loss_best"));
            if (name.contains("dlr")) {
                // The divisors of the other two are nearly 0, so that float32 takes another path.
                Numbers.assertRelative(new double[] {best[1], best[2]}, new double[] {stored[1], stored[2]}, 1e-3);
            } else {
                Numbers.assertRelative(best, stored, 1e-3);
                assertThat(Numbers.differing(run.best(), golden.get(name + ".best"), 1e-4))
                        .isLessThan(OTHER_PATH);
            }
        }
    }

    /** The attack drops images that are done, which changes nothing for the others. */
    @Test
    void droppingImagesChangesNothingForTheOthers() {
        String name = "apgd_ce_Linf_100";
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                TensorFile golden = Golden.tensors("attacks");
                GoldenModel model = new GoldenModel(ScalarType.Double);
                ApgdRun run = run(name, model, golden)) {
            Tensor points = run.untilMisclassified();
            boolean[] robust = Numbers.booleans(Golden.json("attacks").get(name).get("robust"));
            assertThat(Predictions.toBooleans(Predictions.right(model.logits(points), golden.get("labels"))))
                    .isEqualTo(robust);
            for (int i = 0; i < robust.length; i++) {
                double difference = Golden.largestDifference(
                        points.select(0, i), golden.get(name + ".best").select(0, i));
                if (robust[i]) {
                    assertThat(difference).isLessThan(1e-6);
                } else {
                    assertThat(difference).isGreaterThan(1e-3);
                }
            }
        }
    }
}

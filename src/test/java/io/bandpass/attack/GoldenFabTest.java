package io.bandpass.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** FAB and its projection against attacks.safetensors, that is AutoAttack's program. */
final class GoldenFabTest {
    private static final int IMAGES = 3;

    private static String word(AttackNorm norm) {
        return norm == AttackNorm.LINF ? "Linf" : "L2";
    }

    @ParameterizedTest
    @EnumSource(AttackNorm.class)
    void nearestPointsAreAutoattacks(AttackNorm norm) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                TensorFile golden = Golden.tensors("attacks");
                GoldenModel model = new GoldenModel(ScalarType.Double)) {
            JsonNode expected = Golden.json("attacks").get("fab_" + word(norm));
            assertThat(Numbers.doubles(expected.get("images"))).containsExactly(0, 1, 2);
            AttackBatch batch = model.batch(Tensors.slice(golden.get("labels"), 0, 0, IMAGES));
            long[] targets = new long[IMAGES];
            for (int i = 0; i < IMAGES; i++) {
                targets[i] = expected.get("target").get(i).asLong();
            }
            AttackSettings settings = AttackKind.FAB_T.settings(norm).withSteps(20);
            try (FabRun run = new FabRun(model, settings, batch, Tensors.ofLongs(targets, IMAGES), batch.images())) {
                run.iterate(false);
                double[] distances = Numbers.doubles(expected.get("distance"));
                double[] actual = Tensors.toDoubles(run.distances());
                for (int i = 0; i < IMAGES; i++) {
                    assertThat(actual[i]).isCloseTo(distances[i], within(1e-5 * distances[i]));
                }
                Tensor stored = golden.get("fab_" + word(norm) + ".adv");
                assertThat(Golden.largestDifference(run.nearest(), stored)).isLessThan(1e-6);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(AttackNorm.class)
    void projectionsAreTheShortestWays(AttackNorm norm) {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("attacks")) {
            Tensor points = golden.get("project.x");
            Tensor normals = golden.get("project.w");
            Tensor changes = golden.get("project.b").sub(Tensors.sum(normals.mul(points), 1));
            Tensor ways = HyperplaneProjection.of(norm, points, normals, changes);
            assertThat(Golden.largestDifference(ways, golden.get("project." + norm)))
                    .isLessThan(1e-9);
            Tensor reached = points.add(ways);
            assertThat(reached.min().item_double()).isGreaterThanOrEqualTo(-1e-12);
            assertThat(reached.max().item_double()).isLessThanOrEqualTo(1 + 1e-12);
        }
    }
}

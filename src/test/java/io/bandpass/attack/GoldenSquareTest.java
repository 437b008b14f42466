package io.bandpass.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The square attack against attacks.safetensors, with the squares that AutoAttack's program drew. */
final class GoldenSquareTest {
    private static final int QUERIES = 50;

    /** One square and one sign per channel for all images of a batch. */
    private record StoredDraws(Tensor stripes, short[] positions, short[] signs) implements SquareDraws {
        StoredDraws(TensorFile golden) {
            this(
                    golden.get("square.sign0"),
                    Golden.shorts(golden.get("square.pos")),
                    Golden.shorts(golden.get("square.signs")));
        }

        @Override
        public float[] stripes(long key, int attempt, int channels, int width) {
            return Tensors.toFloats(stripes.select(0, key));
        }

        @Override
        public Placement square(long key, int attempt, int query, int tops, int lefts, int channels) {
            assertThat((int) positions[2 * query]).isLessThan(tops);
            assertThat((int) positions[2 * query + 1]).isLessThan(lefts);
            float[] values = new float[channels];
            for (int i = 0; i < channels; i++) {
                values[i] = signs[channels * query + i];
            }
            return new Placement(positions[2 * query], positions[2 * query + 1], values);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ScalarType.class,
            names = {"Double", "Float"})
    void decisionsMarginsAndPointsAreAutoattacks(ScalarType type) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                TensorFile golden = Golden.tensors("attacks");
                GoldenModel model = new GoldenModel(type)) {
            JsonNode expected = Golden.json("attacks").get("square");
            AttackBatch batch = model.batch(golden.get("labels"));
            AttackSettings settings = AttackKind.SQUARE
                    .settings(AttackNorm.LINF)
                    .withEps(expected.get("eps").asDouble())
                    .withQueries(QUERIES);
            int[] queries = new int[batch.size()];
            // The start is a query, too.
            Arrays.fill(queries, 1);
            double[] before = new double[batch.size()];
            Arrays.fill(before, 1);
            try (SquareRun run = new SquareRun(
                    model, settings, batch, 0, new SquareMovesLinf(settings.eps(), new StoredDraws(golden)))) {
                before[3] = 0;
                Tensor best = run.run((query, side, margins, taken) -> {
                    assertThat(side)
                            .as("side of query %d", query)
                            .isEqualTo(expected.get("sides").get(query).asInt());
                    assertThat(taken)
                            .as("query %d", query)
                            .isEqualTo(Numbers.booleans(expected.get("taken").get(query)));
                    Numbers.assertRelative(
                            margins,
                            Tensors.toDoubles(golden.get("square.margin").select(0, query)),
                            type == ScalarType.Double ? 1e-9 : 1e-5);
                    for (int i = 0; i < queries.length; i++) {
                        queries[i] += before[i] > 0 ? 1 : 0;
                        before[i] = margins[i];
                    }
                });
                assertThat(queries)
                        .isEqualTo(Arrays.stream(Numbers.doubles(expected.get("queries")))
                                .mapToInt(value -> (int) value)
                                .toArray());
                assertThat(Golden.largestDifference(best, golden.get("square.best")))
                        .isLessThan(1e-6);
                assertThat(Predictions.toBooleans(Predictions.right(model.logits(best), batch.labels())))
                        .isEqualTo(Numbers.booleans(expected.get("robust")));
            }
        }
    }
}

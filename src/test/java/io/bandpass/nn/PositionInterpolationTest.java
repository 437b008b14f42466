package io.bandpass.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.encoder.Encoders;
import io.bandpass.encoder.VisionTransformer;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.testing.GoldenState;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Positions for another image size, against the authors' program (method.md section 9). */
final class PositionInterpolationTest {
    @Test
    void absolutePositionsEqualTheAuthors() {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("finetune")) {
            Tensor before = golden.get("interp.pos_embed_before");
            Tensor after = PositionInterpolation.absolute(before, 1 + 12 * 12);
            assertThat(Golden.largestDifference(after, golden.get("interp.pos_embed_after")))
                    .isLessThan(1e-6);
            // Swin has the same without a class token.
            Tensor map = PositionInterpolation.absolute(Tensors.slice(before, 1, 1, 65), 12 * 12);
            assertThat(Golden.largestDifference(map, Tensors.slice(after, 1, 1, 145)))
                    .isZero();
        }
    }

    /** The whole of it: a ViT that was trained at 32 px sees an image of 48 px. */
    @Test
    void featuresAtAnotherSizeEqualTheAuthors() {
        var config =
                new VisionTransformerConfig(48, 4, 64, 2, 4, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, 0);
        try (PointerScope scope = new PointerScope();
                TensorFile weights = Golden.tensors("checkpoints");
                TensorFile golden = Golden.tensors("finetune");
                VisionTransformer vit = (VisionTransformer) Encoders.create(config, 1);
                Normalisation normalisation = new Normalisation(
                        List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225), new Device("cpu"));
                NoGradGuard guard = new NoGradGuard()) {
            for (NamedTensor entry : vit.state()) {
                Tensor value = GoldenState.value(weights, "pre.state.encoder." + entry.name());
                entry.tensor()
                        .copy_(
                                entry.name().equals("pos_embed")
                                        ? PositionInterpolation.absolute(
                                                value, entry.tensor().size(1))
                                        : value);
            }
            List<UnaryOperator<Tensor>> withoutNorm = vit.tokenBlocks();
            withoutNorm.remove(withoutNorm.size() - 1);
            Tensor tokens = normalisation.apply(golden.get("interp.x01_48"));
            for (UnaryOperator<Tensor> block : withoutNorm) {
                tokens = block.apply(tokens);
            }
            Tensor features = torch.layer_norm(
                    Tensors.mean(Tensors.slice(tokens, 1, 1, 145), 1),
                    new long[] {64},
                    new TensorOptional(golden.get("interp.fc_norm.weight")),
                    new TensorOptional(),
                    1e-6,
                    false);
            assertThat(Golden.largestDifference(features, golden.get("interp.features")))
                    .isLessThan(1e-5);
        }
    }

    @Test
    void relativePositionsEqualTheAuthors() {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("finetune")) {
            Tensor before = golden.get("rpb.before");
            Tensor after = PositionInterpolation.relative(before, 23 * 23 + 3);
            assertThat(Golden.largestDifference(after, golden.get("rpb.after"))).isLessThan(2e-6);
            // Swin has the same without the three rows of the class token.
            Tensor squares = PositionInterpolation.relative(Tensors.slice(before, 0, 0, 225), 23 * 23);
            assertThat(Golden.largestDifference(squares, Tensors.slice(after, 0, 0, 23 * 23)))
                    .isZero();
        }
    }

    @Test
    void anotherSizeThatIsTheSameChangesNothing() {
        try (PointerScope scope = new PointerScope()) {
            Tensor relative = torch.randn(7 * 7 + 3, 2);
            assertThat(Golden.largestDifference(PositionInterpolation.relative(relative, 52), relative))
                    .isZero();
            Tensor absolute = torch.randn(1, 17, 4);
            assertThat(Golden.largestDifference(PositionInterpolation.absolute(absolute, 17), absolute))
                    .isLessThan(1e-6);
        }
    }

    /** Windows of one and two cells, as the last stages of small Swins have them. */
    @ParameterizedTest
    @CsvSource({"1, 3", "3, 7", "3, 5", "7, 3", "13, 23"})
    void aConstantTableStaysConstant(int from, int to) {
        try (PointerScope scope = new PointerScope()) {
            Tensor table = Tensors.add(torch.zeros((long) from * from, 2), 0.5);
            Tensor resized = PositionInterpolation.relative(table, (long) to * to);
            assertThat(Tensors.shape(resized)).containsExactly((long) to * to, 2);
            for (double value : Tensors.toDoubles(resized)) {
                assertThat(value).isCloseTo(0.5, within(1e-6));
            }
        }
    }

    @Test
    void whatIsNoSquareIsRefused() {
        try (PointerScope scope = new PointerScope()) {
            assertThatThrownBy(() -> PositionInterpolation.absolute(torch.randn(1, 17, 4), 19))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("17 positions cannot become 19: both must be a square number, and one for the class"
                            + " token");
            assertThatThrownBy(() -> PositionInterpolation.absolute(torch.randn(1, 16, 4), 26))
                    .hasMessage("16 positions cannot become 26: both must be a square number");
            assertThatThrownBy(() -> PositionInterpolation.relative(torch.randn(52, 2), 25))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("a table of 52 relative positions cannot become one of 25")
                    .hasMessageEndingWith("and three for the class token");
            assertThatThrownBy(() -> PositionInterpolation.relative(torch.randn(16, 2), 25))
                    .hasMessageStartingWith("a table of 16 relative positions cannot become one of 25");
        }
    }

    /** Not-a-knot ends leave a cubic as it is; with three knots a parabola, with two a line. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 9})
    void theSplineOfAPolynomialIsThePolynomial(int count) {
        double[] knots = new double[count];
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            knots[i] = i * (1 + 0.3 * i) - 2;
            values[i] = polynomial(knots[i], Math.min(3, count - 1));
        }
        double[] queries = {knots[0], -1.9, -1.3, -0.8, knots[count - 1]};
        try (PointerScope scope = new PointerScope()) {
            double[] weights = Tensors.toDoubles(NotAKnotSpline.weights(knots, queries));
            for (int i = 0; i < queries.length; i++) {
                double sum = 0;
                for (int j = 0; j < count; j++) {
                    sum += weights[i * count + j] * values[j];
                }
                assertThat(sum).isCloseTo(polynomial(queries[i], Math.min(3, count - 1)), within(1e-9));
            }
        }
    }

    private static double polynomial(double x, int degree) {
        double[] coefficients = {0.7, -1.1, 0.4, 0.25};
        double sum = 0;
        for (int i = degree; i >= 0; i--) {
            sum = sum * x + coefficients[i];
        }
        return sum;
    }

    @Test
    void queriesBeyondTheEndsGetTheValueAtTheEnd() {
        try (PointerScope scope = new PointerScope()) {
            double[] weights =
                    Tensors.toDoubles(NotAKnotSpline.weights(new double[] {0, 1, 2, 3}, new double[] {-5, 9}));
            assertThat(weights).containsExactly(new double[] {1, 0, 0, 0, 0, 0, 0, 1}, within(1e-12));
        }
    }
}

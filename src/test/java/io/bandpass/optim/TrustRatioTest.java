package io.bandpass.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.OptimizerConfig;
import io.bandpass.nn.Parameter;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

/** Lamb and Lars against their formulas, written out in double precision. */
final class TrustRatioTest {
    private static final float[] WEIGHT = {0.5f, -1.25f, 2, 0.75f};
    private static final float[] BIAS = {0.3f, -0.7f};
    private static final float[][] WEIGHT_GRADIENTS = {{0.1f, -0.4f, 0.05f, 0.2f}, {-0.3f, 0.2f, 0.6f, -0.1f}};
    private static final float[][] BIAS_GRADIENTS = {{0.2f, 0.01f}, {-0.5f, 0.4f}};

    private static double norm(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    /** Two steps of an optimizer on a weight and a bias. */
    private static List<double[]> steps(OptimizerConfig config, double rate) {
        try (PointerScope scope = new PointerScope()) {
            List<Parameter> parameters = List.of(
                    Gradients.parameter("w", true, 0, WEIGHT, 2, 2), Gradients.parameter("b", false, 0, BIAS, 2));
            try (Optimizer optimizer = Optimizers.create(parameters, config)) {
                for (int step = 0; step < 2; step++) {
                    Gradients.set(optimizer, parameters, List.of(WEIGHT_GRADIENTS[step], BIAS_GRADIENTS[step]));
                    optimizer.step(scale -> rate);
                }
            }
            return parameters.stream()
                    .map(parameter -> Tensors.toDoubles(parameter.tensor()))
                    .toList();
        }
    }

    private static double[] lars(float[] start, float[][] gradients, double decay, boolean adapted) {
        double[] w = doubles(start);
        double[] b = new double[w.length];
        for (float[] step : gradients) {
            double[] g = doubles(step);
            if (adapted) {
                for (int i = 0; i < w.length; i++) {
                    g[i] += decay * w[i];
                }
                double ratio = 0.001 * norm(w) / norm(g);
                for (int i = 0; i < w.length; i++) {
                    g[i] *= ratio;
                }
            }
            for (int i = 0; i < w.length; i++) {
                b[i] = 0.9 * b[i] + g[i];
                w[i] -= 3 * b[i];
            }
        }
        return w;
    }

    @Test
    void larsScalesTheDecayedGradientOfWeightsAlone() {
        List<double[]> found = steps(
                Gradients.config("optimizer.type=lars", "optimizer.weight-decay=0.1", "optimizer.momentum=0.9"), 3);
        assertThat(found.get(0)).containsExactly(lars(WEIGHT, WEIGHT_GRADIENTS, 0.1, true), within(1e-6));
        assertThat(found.get(1)).containsExactly(lars(BIAS, BIAS_GRADIENTS, 0.1, false), within(1e-6));
    }

    @Test
    void larsScalesWeightsWithoutDecayToo() {
        List<double[]> found = steps(Gradients.config("optimizer.type=lars", "optimizer.weight-decay=0"), 3);
        assertThat(found.get(0)).containsExactly(lars(WEIGHT, WEIGHT_GRADIENTS, 0, true), within(1e-6));
    }

    private static double[] lamb(float[] start, float[][] gradients, double decay) {
        double[] w = doubles(start);
        double[] m = new double[w.length];
        double[] v = new double[w.length];
        for (int t = 1; t <= gradients.length; t++) {
            double[] u = new double[w.length];
            for (int i = 0; i < w.length; i++) {
                double g = gradients[t - 1][i];
                m[i] = 0.8 * m[i] + 0.2 * g;
                v[i] = 0.9 * v[i] + 0.1 * g * g;
                double mean = m[i] / (1 - Math.pow(0.8, t));
                double square = v[i] / (1 - Math.pow(0.9, t));
                u[i] = mean / (Math.sqrt(square) + 1e-3) + decay * w[i];
            }
            double ratio = decay > 0 ? norm(w) / norm(u) : 1;
            for (int i = 0; i < w.length; i++) {
                w[i] -= 0.05 * ratio * u[i];
            }
        }
        return w;
    }

    @Test
    void lambScalesTheStepsOfWhatTakesDecay() {
        List<double[]> found = steps(
                Gradients.config(
                        "optimizer.type=lamb",
                        "optimizer.weight-decay=0.1",
                        "optimizer.betas=[0.8,0.9]",
                        "optimizer.epsilon=1e-3"),
                0.05);
        assertThat(found.get(0)).containsExactly(lamb(WEIGHT, WEIGHT_GRADIENTS, 0.1), within(1e-6));
        assertThat(found.get(1)).containsExactly(lamb(BIAS, BIAS_GRADIENTS, 0), within(1e-6));
    }

    @Test
    void whereANormIsZeroTheUpdateIsNotScaled() {
        try (PointerScope scope = new PointerScope()) {
            float[] zero = {0, 0};
            float[] other = {3, 4};
            assertThat(TrustRatio.of(Tensors.ofFloats(zero, 2), Tensors.ofFloats(other, 2), 0.001)
                            .item_double())
                    .isEqualTo(1);
            assertThat(TrustRatio.of(Tensors.ofFloats(other, 2), Tensors.ofFloats(zero, 2), 0.001)
                            .item_double())
                    .isEqualTo(1);
            assertThat(TrustRatio.of(Tensors.ofFloats(other, 2), Tensors.ofFloats(new float[] {0, 10}, 2), 0.001)
                            .item_double())
                    .isCloseTo(0.0005, within(1e-9));
        }
    }
}

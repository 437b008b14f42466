package io.bandpass.eval;

import io.bandpass.torch.Tensors;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How the features of a set of images are spread. An encoder whose features differ along one direction only has
 * collapsed: neighbours and linear classifiers have nothing else to go by.
 *
 * @param effectiveRank effective rank of the covariance of the features (Roy and Vetterli, EUSIPCO 2007): exp of the
 *     entropy of the shares that its eigenvalues have in their sum; 1 if all variance lies along one direction, or if
 *     there is none, at most the number of channels
 * @param rms root mean square of all values
 */
public record FeatureSpread(double effectiveRank, double rms) {
    /** As when one direction has four fifths of the variance and another one the rest. */
    private static final double FEW_DIRECTIONS = 1.65;

    /** Where images differ by little else than their brightness, so do the features of an untrained encoder. */
    private static final double SHARE_OF_START = 0.75;

    /**
     * Measures features.
     *
     * @param features (N, C), finite
     */
    static FeatureSpread of(Tensor features) {
        try (PointerScope scope = new PointerScope()) {
            Tensor values = features.to(ScalarType.Double);
            Tensor centred = values.sub(Tensors.mean(values, 0));
            // The smaller of the two products, which have the same eigenvalues but for zeros.
            Tensor product = values.size(0) < values.size(1)
                    ? centred.matmul(centred.t())
                    : centred.t().matmul(centred);
            double[] variances =
                    Tensors.toDoubles(torch.linalg_eigvalsh(product).clamp_min(new Scalar(0.0)));
            return new FeatureSpread(
                    effectiveRank(variances), Math.sqrt(values.square().mean().item_double()));
        }
    }

    /**
     * Returns the sentence that says that features have collapsed in training, if they have.
     *
     * @param rank effective rank now
     * @param atStart effective rank when the run started
     */
    public static Optional<String> collapse(OptionalDouble rank, OptionalDouble atStart) {
        if (rank.isEmpty()
                || atStart.isEmpty()
                || rank.getAsDouble() >= FEW_DIRECTIONS
                || rank.getAsDouble() >= SHARE_OF_START * atStart.getAsDouble()) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "the features have collapsed: they differ between images along little more than one direction (effective"
                        + " rank %.1f, %.1f at the start), so neighbours and linear classifiers have little to go by",
                rank.getAsDouble(),
                atStart.getAsDouble()));
    }

    private static double effectiveRank(double[] variances) {
        double sum = 0;
        for (double variance : variances) {
            sum += variance;
        }
        double entropy = 0;
        for (double variance : variances) {
            if (variance > 0) {
                entropy -= variance / sum * Math.log(variance / sum);
            }
        }
        return Math.exp(entropy);
    }
}

package io.bandpass.frequency;

import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The frequency loss (paper, section 3.3; method.md section 4): the distance of two spectra,
 * (Re(D)^2 + Im(D)^2 + 1e-12)^(gamma/2) at each frequency, D = F(prediction) - F(target), F orthonormal.
 *
 * <p>The transform is linear and the images are real, so one half-spectrum FFT of (prediction - target) holds the
 * whole sum; each column counts as often as it stands in the full spectrum.
 */
public final class FrequencyLoss implements AutoCloseable {
    private static final double EPSILON = 1e-12;

    private final double gamma;
    private final Tensor columnCounts;

    /**
     * A loss for images of this width.
     *
     * @param gamma exponent of the distance, 1 by default
     */
    public FrequencyLoss(int width, double gamma, Device device) {
        this.gamma = gamma;
        try (PointerScope scope = new PointerScope()) {
            columnCounts = Tensors.keep(Tensors.to(Spectrum.columnCounts(width), device));
        }
    }

    /**
     * Target {@code masked}: sum over the removed frequencies, divided by a normaliser and by the channels. With the
     * normaliser of the whole effective batch, the losses of its parts add up to the loss of the whole.
     *
     * @param prediction (N, C, H, W), normalised, float32 or float64
     * @param target (N, C, H, W), normalised
     * @param halfMasks (N, 1, H, W/2 + 1), 1 where the encoder kept the frequency
     * @param normaliser the sum of 1 - mask over all full spectra of the effective batch
     * @return scalar
     */
    public Tensor masked(Tensor prediction, Tensor target, Tensor halfMasks, double normaliser) {
        Tensor weights = Tensors.oneMinus(halfMasks).mul(columnCounts);
        Tensor sum = distance(prediction, target).mul(weights).sum();
        return Tensors.multiply(sum, 1 / (normaliser * prediction.size(1)));
    }

    /**
     * Target {@code full}: every frequency counts.
     *
     * @param normaliser number of frequencies of the effective batch: images * H * W
     * @return scalar
     */
    public Tensor full(Tensor prediction, Tensor target, double normaliser) {
        Tensor sum = distance(prediction, target).mul(columnCounts).sum();
        return Tensors.multiply(sum, 1 / (normaliser * prediction.size(1)));
    }

    /** Distance at each frequency of the half spectrum: (N, C, H, W/2 + 1). */
    private Tensor distance(Tensor prediction, Tensor target) {
        Tensor parts = torch.view_as_real(Spectrum.forward(prediction.sub(target)));
        // Scaling the squares by 1 / (H * W) makes the transform orthonormal.
        double scale = 1.0 / (prediction.size(2) * prediction.size(3));
        Tensor squared = Tensors.add(Tensors.multiply(Tensors.sum(parts.mul(parts), -1), scale), EPSILON);
        if (gamma == 1) {
            return squared.sqrt();
        }
        return gamma == 2 ? squared : squared.pow(new Scalar(gamma / 2));
    }

    @Override
    public void close() {
        columnCounts.close();
    }
}

package io.bandpass.segment;

import io.bandpass.config.ConfigException;
import io.bandpass.config.SegmentLossConfig;
import io.bandpass.config.SegmentLossConfig.Divisor;
import io.bandpass.nn.Resizing;
import io.bandpass.task.TrainingTask.BatchTotals;
import io.bandpass.torch.Tensors;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Loss of logits against the classes of pixels. Logits are first resized to the labels, bilinearly.
 *
 * <p>The cross entropy of the pixels that have a class is summed, each weighted by its class, if there are weights, and
 * divided as the configuration says: {@code valid} by the sum of those weights, that is by the number of pixels with a
 * class if there are none, as in PyTorch; {@code all} by the number of all pixels, as in mmsegmentation. Either is that
 * of the whole batch.
 *
 * <p>The Dice loss (Milletari et al., 3DV 2016, section 3) of an image is 1 - 2 sum(p t) / (sum(p^2) + sum(t)), with
 * sums over the pixels that have a class, the probability p of a class and t = 1 where it is the pixel's; averaged over
 * the classes that occur in the image, as others have no gradient, and then over the images of the batch, so that it
 * does not depend on how a batch is divided. It has no class weights.
 */
public final class SegmentationLoss {
    /** Label of a pixel without a class; so is every other negative number. */
    private static final long IGNORED = -1;

    /** LibTorch's number of a loss that is summed. */
    private static final long SUM = 2;

    private static final long CLASSES = 1;

    private final SegmentLossConfig config;

    /**
     * Creates a loss.
     *
     * @throws ConfigException if there are class weights, but not one for each class
     */
    public SegmentationLoss(SegmentLossConfig config, int classes) {
        int weights = config.classWeights().size();
        if (weights != 0 && weights != classes) {
            throw new ConfigException("loss.class-weights has " + weights + " numbers, but there are " + classes
                    + " classes: it must be empty or have one for each");
        }
        this.config = config;
    }

    /**
     * Returns a micro-batch's share of the divisor of the cross entropy.
     *
     * @param labels class of each pixel, negative for none: (n, H, W), int16
     */
    public double denominator(Tensor labels) {
        if (config.divisor() == Divisor.ALL) {
            return labels.numel();
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor valid = labels.ge(new Scalar(0L));
            if (config.classWeights().isEmpty()) {
                return valid.sum().item_long();
            }
            Tensor classes = labels.masked_select(valid).to(ScalarType.Long);
            return weights(labels.device())
                    .to(ScalarType.Double)
                    .index_select(0, classes)
                    .sum()
                    .item_double();
        }
    }

    /**
     * Computes a micro-batch's contribution to the loss of its batch.
     *
     * @param logits (n, K, h, w), float32
     * @param labels class of each pixel, negative for none: (n, H, W), of an integer type, on the device of the logits
     * @param totals of the whole batch, with the sum of {@link #denominator}
     * @return scalar; 0 if no pixel of the batch has a class
     */
    public Tensor of(Tensor logits, Tensor labels, BatchTotals totals) {
        return Tensors.scoped(() -> {
            long classes = logits.size(1);
            Tensor scores = Resizing.bilinear(logits, labels.size(1), labels.size(2))
                    .permute(0, 2, 3, 1) // (n, H, W, K)
                    .reshape(-1, classes)
                    .log_softmax(CLASSES); // (n * H * W, K)
            Tensor targets =
                    labels.to(ScalarType.Long).clamp_min(new Scalar(IGNORED)).flatten();
            TensorOptional weights = config.classWeights().isEmpty()
                    ? new TensorOptional()
                    : new TensorOptional(weights(logits.device()));
            double divisor = totals.lossDenominator() > 0 ? totals.lossDenominator() : 1;
            Tensor crossEntropy =
                    torch.nll_loss(scores, targets, weights, SUM, IGNORED).div(new Scalar(divisor));
            if (config.diceWeight() == 0) {
                return crossEntropy;
            }
            long images = labels.size(0);
            Tensor dice = dice(scores.exp().view(images, -1, classes), targets.view(images, -1, 1));
            return crossEntropy.add(Tensors.multiply(dice, config.diceWeight() / totals.images()));
        });
    }

    /**
     * Sums the Dice losses of images.
     *
     * @param probabilities (n, pixels, K)
     * @param targets (n, pixels, 1), -1 for none
     */
    private static Tensor dice(Tensor probabilities, Tensor targets) {
        Tensor valid = targets.ge(new Scalar(0L)).to(ScalarType.Float); // (n, pixels, 1)
        Tensor truth =
                torch.zeros_like(probabilities).scatter(2, targets.clamp_min(new Scalar(0L)), valid); // (n, pixels, K)
        Tensor counts = Tensors.sum(truth, 1); // (n, K)
        Tensor overlap = Tensors.sum(probabilities.mul(truth), 1);
        Tensor squares = Tensors.sum(probabilities.square().mul(valid), 1);
        // A class that occurs has a count of at least 1, and the others do not matter.
        Tensor losses = Tensors.oneMinus(
                Tensors.multiply(overlap, 2).div(squares.add(counts).clamp_min(new Scalar(1.0))));
        Tensor occurs = counts.gt(new Scalar(0L)).to(ScalarType.Float); // (n, K)
        Tensor ofImages =
                Tensors.sum(losses.mul(occurs), 1).div(Tensors.sum(occurs, 1).clamp_min(new Scalar(1.0))); // (n)
        return ofImages.sum();
    }

    private Tensor weights(Device device) {
        List<Double> weights = config.classWeights();
        float[] floats = new float[weights.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = weights.get(i).floatValue();
        }
        return Tensors.to(Tensors.ofFloats(floats, floats.length), device);
    }
}

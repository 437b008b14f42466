package io.bandpass.pretext;

import io.bandpass.config.MaeConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.encoder.VisionTransformer;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.PositionInterpolation;
import io.bandpass.torch.Compute;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.StepTimer.Phase;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Masked autoencoder (He et al., CVPR 2022, section 3): the encoder sees only a few random patches of each image, and a
 * separate decoder predicts the pixels of the masked ones. The loss is the mean squared error on normalised images,
 * each patch optionally normalised again by its own mean and variance.
 */
public final class MaskedAutoencoder extends EncoderTask {
    private static final int CHANNELS = 3;
    /** Added to the variance of a patch. */
    private static final double EPSILON = 1e-6;

    private final VisionTransformer vit;
    private final PatchDecoder decoder;
    private final PerImageSize<Patches> sizes;
    private final int patchSize;
    private final boolean normalisePixels;
    private final long seed;

    /** Patch mask of an image size, and the number of masked patches per image. */
    private record Patches(PatchMask grid, int masked) {}

    /** Creates a model with initial weights, determined by the configuration and its seed. */
    public MaskedAutoencoder(PretrainingConfig config, Compute compute) {
        super(config, compute);
        MaeConfig task = (MaeConfig) config.task();
        vit = (VisionTransformer) encoder();
        seed = config.train().seed();
        decoder = child("decoder", new PatchDecoder(config.decoder(), vit, seed));
        patchSize = vit.patchSize();
        sizes = new PerImageSize<>(
                config,
                stage -> new Patches(
                        new PatchMask(stage.encoder().imageSize(), patchSize),
                        task.patches(stage.encoder()) - task.visible(stage.encoder())));
        normalisePixels = task.normalisePixels();
        to(compute.device());
    }

    /** Images and their masked patches. */
    private final class Masked implements MicroBatch {
        private final Tensor images;
        private final PatchMask patches;
        private final boolean[][] mask;

        Masked(Tensor images, boolean[][] mask) {
            this.images = images;
            this.mask = mask;
            patches = sizes.of(images).grid();
        }

        @Override
        public int images() {
            return mask.length;
        }

        /** Number of masked patches. */
        @Override
        public double lossDenominator() {
            return PatchMask.count(mask);
        }

        @Override
        public Tensor loss(BatchTotals totals, StepTimer timer) {
            Tensor clean = normalisation.apply(normalisation.unit(images)); // (n, 3, H, W)
            Tensor kept = patches.visible(mask, device()); // (n, K)
            timer.endPhase(Phase.CORRUPT);
            // (n, L, p * p * 3)
            Tensor prediction = pass.forward(
                    vit.visibleBlocks(kept), clean, tokens -> decoder.forward(tokens, kept, mask[0].length));
            timer.endPhase(Phase.FORWARD);
            Tensor loss = sums(prediction, patchify(clean)).sum().div(new Scalar(totals.lossDenominator()));
            timer.endPhase(Phase.LOSS);
            return loss;
        }

        /** Mean squared error of each masked patch, summed over each image: (n). */
        private Tensor sums(Tensor prediction, Tensor pixels) {
            // (n, L, p * p * 3)
            Tensor target = normalisePixels ? pixels.sub(mean(pixels)).div(deviation(pixels)) : pixels;
            Tensor errors = Tensors.mean(prediction.sub(target).square(), 2); // (n, L)
            return Tensors.sum(errors.mul(patches.cells(mask, device()).flatten(1, 2)), 1);
        }

        /**
         * With {@code normalise-pixels} the model predicts patches normalised by their mean and deviation; to show them
         * as an image, each predicted patch is rescaled with the mean and deviation of the original patch.
         */
        @Override
        public ReconstructedBatch reconstruct(BatchTotals totals) {
            try (NoGradGuard guard = new NoGradGuard()) {
                Tensor unit = normalisation.unit(images);
                Tensor pixels = patchify(normalisation.apply(unit));
                Tensor kept = patches.visible(mask, device());
                Tensor predicted = pass.infer(
                        vit.visibleBlocks(kept),
                        normalisation.apply(unit),
                        tokens -> decoder.forward(tokens, kept, mask[0].length));
                Tensor shown =
                        normalisePixels ? predicted.mul(deviation(pixels)).add(mean(pixels)) : predicted;
                Tensor prediction = normalisation.invert(unpatchify(shown));
                Tensor hidden = patches.pixels(mask, device());
                Tensor isHidden = hidden.to(ScalarType.Bool);
                Tensor sums = sums(predicted, pixels);
                // Hidden patches are shown in the mean colour, which is 0 when normalised.
                Tensor blank = normalisation.invert(torch.zeros_like(unit));
                return new ReconstructedBatch(
                        patches.captions(mask, "patches"),
                        torch.where(isHidden, blank, unit),
                        Optional.of(Tensors.oneMinus(hidden.squeeze(1))),
                        prediction,
                        Optional.of(torch.where(isHidden, prediction, unit)),
                        sums.div(new Scalar(lossDenominator() / images())),
                        sums.sum().div(new Scalar(totals.lossDenominator())).item_double());
            }
        }

        @Override
        public List<NamedTensor> drawn() {
            return patches.drawn(mask);
        }
    }

    /** Converts images (n, 3, H, W) to patches (n, L, p * p * 3), channels innermost. */
    private Tensor patchify(Tensor images) {
        long grid = images.size(2) / patchSize;
        return images.view(images.size(0), CHANNELS, grid, patchSize, grid, patchSize) // (n, 3, H/p, p, W/p, p)
                .permute(0, 2, 4, 3, 5, 1) // (n, H/p, W/p, p, p, 3)
                .reshape(images.size(0), grid * grid, (long) patchSize * patchSize * CHANNELS); // (n, L, p * p * 3)
    }

    /** Inverse of {@link #patchify}. */
    private Tensor unpatchify(Tensor patches) {
        long grid = PositionInterpolation.edge(patches.size(1));
        long size = grid * patchSize;
        return patches.view(patches.size(0), grid, grid, patchSize, patchSize, CHANNELS) // (n, H/p, W/p, p, p, 3)
                .permute(0, 5, 1, 3, 2, 4) // (n, 3, H/p, p, W/p, p)
                .reshape(patches.size(0), CHANNELS, size, size); // (n, 3, H, W)
    }

    private static Tensor mean(Tensor patches) {
        return Tensors.mean(patches, 2).unsqueeze(2); // (n, L, 1)
    }

    /** Square root of the unbiased variance of each patch. */
    private static Tensor deviation(Tensor patches) {
        return Tensors.add(patches.var(new long[] {2}, true, true), EPSILON).sqrt(); // (n, L, 1)
    }

    @Override
    public MicroBatch microBatch(Tensor images, long epoch, int[] indices) {
        Patches patches = sizes.of(images);
        return microBatch(images, patches.grid().draw(patches.masked(), seed, epoch, indices));
    }

    /**
     * Creates a micro-batch with predefined masks.
     *
     * @param mask whether each patch of each image is masked, row-major; same number of masked patches in every
     *     image
     */
    public MicroBatch microBatch(Tensor images, boolean[][] mask) {
        return new Masked(images, mask);
    }
}

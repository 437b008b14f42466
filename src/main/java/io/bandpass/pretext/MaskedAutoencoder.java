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
 * Masked autoencoder (He et al., CVPR 2022, section 3): the encoder sees a few random patches of each image and no others,
 * and a decoder of its own predicts the pixels of the masked ones; mean squared error on normalised images, of which each
 * patch may be normalised once more by its own mean and variance.
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

    /** The patches of an image, and how many of them are masked. */
    private record Patches(PatchMask grid, int masked) {}

    /** A freshly initialised model; every number in it follows from the configuration and its seed. */
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

    /** Images and the patches that each has lost. */
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

        /** The number of masked patches. */
        @Override
        public double lossDenominator() {
            return PatchMask.count(mask);
        }

        @Override
        public Tensor loss(BatchTotals totals, StepTimer timer) {
            Tensor clean = normalisation.apply(normalisation.unit(images));
            Tensor kept = patches.visible(mask, device());
            timer.endPhase(Phase.CORRUPT);
            Tensor prediction = pass.forward(
                    vit.visibleBlocks(kept), clean, tokens -> decoder.forward(tokens, kept, mask[0].length));
            timer.endPhase(Phase.FORWARD);
            Tensor loss = sums(prediction, cut(clean)).sum().div(new Scalar(totals.lossDenominator()));
            timer.endPhase(Phase.LOSS);
            return loss;
        }

        /** Mean squared error of each masked patch, summed over each image: (n). */
        private Tensor sums(Tensor prediction, Tensor pixels) {
            Tensor target = normalisePixels ? pixels.sub(mean(pixels)).div(deviation(pixels)) : pixels;
            Tensor errors = Tensors.mean(prediction.sub(target).square(), 2);
            return Tensors.sum(errors.mul(patches.cells(mask, device()).flatten(1, 2)), 1);
        }

        /**
         * With {@code normalise-pixels} the model predicts each patch less its mean and over its deviation; to be seen as an
         * image, a predicted patch gets the mean and the deviation of the same patch of the original.
         */
        @Override
        public ReconstructedBatch reconstruct(BatchTotals totals) {
            try (NoGradGuard guard = new NoGradGuard()) {
                Tensor unit = normalisation.unit(images);
                Tensor pixels = cut(normalisation.apply(unit));
                Tensor kept = patches.visible(mask, device());
                Tensor predicted = pass.infer(
                        vit.visibleBlocks(kept),
                        normalisation.apply(unit),
                        tokens -> decoder.forward(tokens, kept, mask[0].length));
                Tensor shown =
                        normalisePixels ? predicted.mul(deviation(pixels)).add(mean(pixels)) : predicted;
                Tensor prediction = normalisation.invert(joined(shown));
                Tensor hidden = patches.pixels(mask, device());
                Tensor isHidden = hidden.to(ScalarType.Bool);
                Tensor sums = sums(predicted, pixels);
                // The mean colour, which is 0 when normalised, stands for what the encoder was not given.
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

    /** Images (n, 3, H, W) to patches (n, L, p * p * 3), the channels of a pixel side by side. */
    private Tensor cut(Tensor images) {
        long grid = images.size(2) / patchSize;
        return images.view(images.size(0), CHANNELS, grid, patchSize, grid, patchSize)
                .permute(0, 2, 4, 3, 5, 1)
                .reshape(images.size(0), grid * grid, (long) patchSize * patchSize * CHANNELS);
    }

    /** Patches back to images. */
    private Tensor joined(Tensor cut) {
        long grid = PositionInterpolation.edge(cut.size(1));
        long size = grid * patchSize;
        return cut.view(cut.size(0), grid, grid, patchSize, patchSize, CHANNELS)
                .permute(0, 5, 1, 3, 2, 4)
                .reshape(cut.size(0), CHANNELS, size, size);
    }

    private static Tensor mean(Tensor cut) {
        return Tensors.mean(cut, 2).unsqueeze(2);
    }

    /** The root of the unbiased variance of each patch. */
    private static Tensor deviation(Tensor cut) {
        return Tensors.add(cut.var(new long[] {2}, true, true), EPSILON).sqrt();
    }

    @Override
    public MicroBatch microBatch(Tensor images, long epoch, int[] indices) {
        Patches patches = sizes.of(images);
        return microBatch(images, patches.grid().draw(patches.masked(), seed, epoch, indices));
    }

    /**
     * Images with given masks.
     *
     * @param mask for each image whether each of its patches is masked, row by row; as many in each
     */
    public MicroBatch microBatch(Tensor images, boolean[][] mask) {
        return new Masked(images, mask);
    }
}

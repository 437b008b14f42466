package io.bandpass.pretext;

import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.SimMimConfig;
import io.bandpass.encoder.MaskableEncoder;
import io.bandpass.nn.Initialisation;
import io.bandpass.nn.NamedTensor;
import io.bandpass.torch.Compute;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.StepTimer.Phase;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * SimMIM (Xie et al., CVPR 2022, section 3): random blocks of each image are masked and their pixels predicted, with an
 * L1 loss on the masked pixels of normalised images. In patch-based encoders a learned token replaces masked patches.
 * Other encoders, such as ResNet, see a learned colour in masked pixels, initially the mean colour; this is our
 * extension.
 */
public final class SimMim extends EncoderDecoder {
    private static final double STD = 0.02;
    /** Added by the authors to the number of masked pixels, against division by 0. */
    private static final double EPSILON = 1e-5;

    private static final int CHANNELS = 3;

    private final SimMimConfig task;
    private final PerImageSize<PatchMask> grids;
    private final int blockSize;
    private final long seed;
    private final Optional<MaskableEncoder> maskable;
    /** Mask token or mask colour. Trained with the encoder, but not a part of it. */
    private final Tensor standIn;

    /** Creates a model with initial weights, determined by the configuration and its seed. */
    public SimMim(PretrainingConfig config, Compute compute) {
        super(config, compute);
        task = (SimMimConfig) config.task();
        blockSize = task.blockSize();
        grids = new PerImageSize<>(
                config, stage -> new PatchMask(stage.encoder().imageSize(), blockSize));
        seed = config.train().seed();
        maskable = encoder() instanceof MaskableEncoder found ? Optional.of(found) : Optional.empty();
        if (maskable.isPresent()) {
            standIn = parameter("mask_token", 1, 1, maskable.get().tokenWidth());
            // The authors truncate at one std, for an effective std of 0.0108.
            Initialisation.truncatedNormal(standIn, STD, 1, seed, "mask_token");
        } else {
            standIn = parameter("mask_colour", 1, CHANNELS, 1, 1);
        }
        to(compute.device());
    }

    /** Images and their masked blocks. */
    private final class Masked implements MicroBatch {
        private final Tensor images;
        private final PatchMask blocks;
        private final boolean[][] mask;

        Masked(Tensor images, boolean[][] mask) {
            this.images = images;
            this.mask = mask;
            blocks = grids.of(images);
        }

        @Override
        public int images() {
            return mask.length;
        }

        /** Number of masked pixels. */
        @Override
        public double lossDenominator() {
            return (double) PatchMask.count(mask) * blockSize * blockSize;
        }

        @Override
        public Tensor loss(BatchTotals totals, StepTimer timer) {
            Tensor target = normalisation.apply(normalisation.unit(images)); // (n, 3, H, W)
            Tensor pixels = blocks.pixels(mask, device()); // (n, 1, H, W)
            timer.endPhase(Phase.CORRUPT);
            Tensor prediction = forward(blocks(blocks.cells(mask, device()), pixels), target); // (n, 3, H, W)
            timer.endPhase(Phase.FORWARD);
            Tensor loss = quotient(sums(prediction, target, pixels).sum(), totals.lossDenominator());
            timer.endPhase(Phase.LOSS);
            return loss;
        }

        @Override
        public ReconstructedBatch reconstruct(BatchTotals totals) {
            try (NoGradGuard guard = new NoGradGuard()) {
                Tensor clean = normalisation.unit(images);
                Tensor target = normalisation.apply(clean);
                Tensor pixels = blocks.pixels(mask, device());
                Tensor hidden = pixels.to(ScalarType.Bool);
                Tensor normalised = infer(blocks(blocks.cells(mask, device()), pixels), target);
                Tensor prediction = normalisation.invert(normalised);
                Tensor sums = sums(normalised, target, pixels);
                return new ReconstructedBatch(
                        blocks.captions(mask, "blocks"),
                        torch.where(hidden, normalisation.invert(colour()), clean),
                        Optional.of(Tensors.oneMinus(pixels.squeeze(1))),
                        prediction,
                        Optional.of(torch.where(hidden, prediction, clean)),
                        quotient(sums, lossDenominator() / images()),
                        quotient(sums.sum(), totals.lossDenominator()).item_double());
            }
        }

        @Override
        public List<NamedTensor> drawn() {
            return blocks.drawn(mask);
        }
    }

    /**
     * Returns the encoder's blocks for these masks, from normalised images to a map.
     *
     * @param cells 1 for each masked block, (n, blocks, blocks)
     * @param pixels the same masks at pixel resolution, (n, 1, H, W)
     */
    private List<UnaryOperator<Tensor>> blocks(Tensor cells, Tensor pixels) {
        if (maskable.isPresent()) {
            int patches = blockSize / maskable.get().patchSize();
            return maskable.get().maskedBlocks(PatchMask.enlarge(cells, patches), standIn);
        }
        Tensor hidden = pixels.to(ScalarType.Bool);
        List<UnaryOperator<Tensor>> blocks = new ArrayList<>(encoder().blocks());
        UnaryOperator<Tensor> stem = blocks.get(0);
        blocks.set(0, images -> stem.apply(torch.where(hidden, standIn, images)));
        return blocks;
    }

    /** Colour of masked pixels in figures, normalised: the learned colour, or the mean colour for a token. */
    private Tensor colour() {
        return maskable.isPresent()
                ? torch.zeros(new long[] {1, CHANNELS, 1, 1}).to(device(), ScalarType.Float)
                : standIn;
    }

    /** Absolute differences at masked pixels, summed over each image: (n). */
    private static Tensor sums(Tensor prediction, Tensor target, Tensor pixels) {
        return Tensors.sum(prediction.sub(target).abs().mul(pixels), 1, 2, 3);
    }

    private static Tensor quotient(Tensor sum, double maskedPixels) {
        return sum.div(new Scalar((maskedPixels + EPSILON) * CHANNELS));
    }

    @Override
    public MicroBatch microBatch(Tensor images, long epoch, int[] indices) {
        int masked = task.masked((int) images.size(2));
        return microBatch(images, grids.of(images).draw(masked, seed, epoch, indices));
    }

    /**
     * Creates a micro-batch with predefined masks.
     *
     * @param mask whether each block of each image is masked, row-major
     */
    public MicroBatch microBatch(Tensor images, boolean[][] mask) {
        return new Masked(images, mask);
    }

    @Override
    protected boolean decays(String name, Tensor tensor) {
        // Called only for parameters of this layer itself: mask token or colour, which like a class token do not decay.
        return false;
    }
}

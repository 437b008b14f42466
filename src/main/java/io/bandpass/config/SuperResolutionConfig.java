package io.bandpass.config;

/**
 * Super-resolution as a pre-training task (method.md, Restoration tasks): images are downsampled and enlarged again.
 *
 * @param factor downsampling factor of each side; 8 in the paper
 */
@Variant(value = "super-resolution", summary = "images of low resolution, by a whole factor, are restored")
public record SuperResolutionConfig(int factor) implements RestorationConfig {
    public SuperResolutionConfig {
        Check.that(factor >= 2, "task.factor", factor, "a whole number of at least 2");
    }

    @Override
    public void check(EncoderConfig encoder, DecoderConfig decoder) {
        checkFits(encoder.imageSize());
    }

    /**
     * Rejects images that are too small.
     *
     * @param imageSize the shorter side in pixels
     */
    public void checkFits(int imageSize) {
        if (factor > imageSize) {
            throw new ConfigException("task.factor is " + factor + ", but must be at most the image size, " + imageSize
                    + " pixels, so that a pixel is left");
        }
    }

    @Override
    public String describe(PretrainingConfig config) {
        return "super-resolution, images down by " + factor + " and up again restored"
                + config.loss().describe(LossConfig.Target.FULL);
    }

    @Override
    public String introduction() {
        return "Pre-training by super-resolution: each image lost its details, and an encoder learned to restore them.";
    }
}

package io.bandpass.config;

import java.util.Locale;

/**
 * Masked autoencoder (He et al., CVPR 2022): the encoder sees a few random patches, and a ViT decoder predicts the
 * rest.
 *
 * @param maskRatio share of masked patches; the number of visible patches is rounded down
 * @param normalisePixels whether the target of each patch is normalised by the patch's own mean and standard
 *     deviation
 */
@Variant(value = "mae", summary = "masked autoencoder: a ViT sees some patches, a decoder predicts the others")
public record MaeConfig(double maskRatio, boolean normalisePixels) implements TaskConfig {
    public MaeConfig {
        Check.that(maskRatio > 0 && maskRatio < 1, "task.mask-ratio", maskRatio, "above 0 and below 1");
    }

    @Override
    public void check(EncoderConfig encoder, DecoderConfig decoder) {
        if (!(encoder instanceof VisionTransformerConfig vit)) {
            throw new ConfigException(
                    "task.type mae needs encoder.type vit, as only a ViT can leave patches out; for other"
                            + " encoders take task.type simmim");
        }
        Check.that(
                vit.relativePosition() == VisionTransformerConfig.RelativePosition.NONE,
                "encoder.relative-position",
                vit.relativePosition(),
                "none for task.type mae, as a bias is one of all patches and the encoder sees a few; take"
                        + " encoder.positions sin-cos or learned");
        Check.that(
                decoder.isTransformer(),
                "decoder.type",
                decoder.type(),
                "vit for task.type mae, whose decoder fills in the patches that the encoder has not seen (published:"
                        + " decoder.width 512, decoder.depth 8, decoder.heads 16)");
        Check.that(
                visible(vit) > 0 && visible(vit) < patches(vit),
                "task.mask-ratio",
                maskRatio,
                "such that some of the " + patches(vit) + " patches are masked and some are not");
    }

    /** Number of patches of an image. */
    public int patches(EncoderConfig encoder) {
        int edge = encoder.imageSize() / encoder.stride();
        return edge * edge;
    }

    /** Number of patches of an image that the encoder sees. */
    public int visible(EncoderConfig encoder) {
        return (int) (patches(encoder) * (1 - maskRatio));
    }

    @Override
    public boolean usesLoss() {
        return false;
    }

    @Override
    public String describe(PretrainingConfig config) {
        int patches = patches(config.encoder());
        return String.format(
                Locale.ROOT,
                "MAE, %d of %d patches of %d px masked, their %spixels predicted",
                patches - visible(config.encoder()),
                patches,
                config.encoder().stride(),
                normalisePixels ? "normalised " : "");
    }

    @Override
    public String introduction() {
        return "Pre-training by a masked autoencoder: an encoder saw a few random patches of each image, and a decoder"
                + " learned with it to predict the pixels of the others.";
    }

    @Override
    public String pictures() {
        return "Each image with the patches masked that it lost in the first epoch. “Combined” takes the masked patches from"
                + " the reconstruction and the others from the image; what the reconstruction shows of the others was never"
                + " trained. " + (normalisePixels ? "Each patch has its mean and contrast from the image. " : "")
                + "Below each image stands its spectrum, bright where there is much of a frequency.";
    }

    @Override
    public double multiplyAddsPerImage(EncoderConfig encoder, DecoderConfig decoder) {
        double tokens = 1.0 + visible(encoder);
        return ((VisionTransformerConfig) encoder).multiplyAdds(tokens) + decoder.multiplyAddsPerImage(encoder, tokens);
    }

    @Override
    public long activationBytesPerImage(EncoderConfig encoder, DecoderConfig decoder) {
        double seen = (1.0 + visible(encoder)) / (1.0 + patches(encoder));
        return (long) (encoder.activationBytesPerImage() * seen) + decoder.activationBytesPerImage(encoder);
    }
}

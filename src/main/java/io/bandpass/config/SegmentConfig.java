package io.bandpass.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Settings of segmentation with a trained model. What is empty is as in the validation of the model.
 *
 * @param mode whole images or sliding windows
 * @param resize longest and shortest side in pixels to which images are resized first; an empty list for their own size
 * @param crop edge of a window in pixels
 * @param stride step between windows in pixels
 * @param scales ratios of the size whose probabilities are averaged
 * @param flip whether each scale is segmented once more, mirrored horizontally
 * @param precision {@code fp32}, {@code bf16} or {@code auto}
 * @param batchSize windows per forward pass
 * @param limit maximum number of images; the first ones are taken
 * @param maxBad maximum fraction of unreadable images
 */
public record SegmentConfig(
        Optional<SegmentValidateConfig.Mode> mode,
        Optional<List<Integer>> resize,
        OptionalInt crop,
        OptionalInt stride,
        List<Double> scales,
        boolean flip,
        String precision,
        OptionalInt batchSize,
        OptionalInt limit,
        double maxBad) {
    /** Segmentation as in validation, in float32. */
    public static final SegmentConfig DEFAULT = new SegmentConfig(
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            List.of(1.0),
            false,
            "fp32",
            OptionalInt.empty(),
            OptionalInt.empty(),
            0.01);

    public SegmentConfig {
        scales = List.copyOf(scales);
        resize.ifPresent(sides -> SceneAugmentConfig.checkResize("resize", sides));
        crop.ifPresent(edge -> Check.positive("crop", edge));
        stride.ifPresent(step -> Check.positive("stride", step));
        Check.that(
                !scales.isEmpty() && scales.stream().allMatch(scale -> scale >= 0.1 && scale <= 10),
                "scales",
                scales,
                "numbers from 0.1 to 10");
        Check.oneOf("precision", precision, "fp32", "bf16", "auto");
        batchSize.ifPresent(size -> Check.positive("batch-size", size));
        limit.ifPresent(most -> Check.positive("limit", most));
        Check.fraction("max-bad", maxBad);
    }

    /**
     * Returns the evaluation settings of a model, changed where these settings say otherwise. A window of another size
     * has its own default stride.
     *
     * @throws ConfigException if windows are set, but whole images are segmented
     */
    public SegmentValidateConfig over(SegmentValidateConfig validation) {
        Check.that(
                (crop.isEmpty() && stride.isEmpty())
                        || mode.orElse(validation.mode()) == SegmentValidateConfig.Mode.SLIDE,
                "mode",
                SegmentValidateConfig.Mode.WHOLE,
                "slide where a crop or a stride is set");
        return new SegmentValidateConfig(
                validation.everySteps(),
                mode.orElse(validation.mode()),
                resize.orElse(validation.resize()),
                crop.isPresent() ? crop : validation.crop(),
                stride.isPresent() || crop.isPresent() ? stride : validation.stride(),
                batchSize.orElse(validation.batchSize()),
                validation.stopAfterSteps());
    }
}

package io.bandpass.config;

import java.util.List;
import java.util.OptionalInt;

/**
 * Evaluation of a segmentation model on the held-out images, at the original size of their masks.
 *
 * @param everySteps steps between evaluations; 0 for only the end
 * @param mode whole images or sliding windows
 * @param resize longest and shortest side in pixels to which images are resized first; empty for their own size
 * @param crop edge of a window in pixels; empty means {@code auto}, the training resolution
 * @param stride step between windows in pixels; empty means {@code auto}, two thirds of the window
 * @param batchSize windows per forward pass
 * @param stopAfterSteps early stopping: ends the run after this many steps without a new best mIoU; none: never
 */
public record SegmentValidateConfig(
        int everySteps,
        Mode mode,
        List<Integer> resize,
        OptionalInt crop,
        OptionalInt stride,
        int batchSize,
        @EmptyWord("none") OptionalInt stopAfterSteps) {
    /** Values of {@code validate.mode}. */
    public enum Mode {
        WHOLE,
        SLIDE;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    public SegmentValidateConfig {
        resize = List.copyOf(resize);
        Check.notNegative("validate.every-steps", everySteps);
        SceneAugmentConfig.checkResize("validate.resize", resize);
        crop.ifPresent(edge -> Check.positive("validate.crop", edge));
        stride.ifPresent(step -> Check.positive("validate.stride", step));
        Check.positive("validate.batch-size", batchSize);
        stopAfterSteps.ifPresent(steps -> {
            Check.positive("validate.stop-after-steps", steps);
            Check.that(
                    everySteps > 0,
                    "validate.every-steps",
                    everySteps,
                    "above 0 where validate.stop-after-steps is set");
        });
    }

    /**
     * Returns the edge of a window in pixels.
     *
     * @param imageSize edge of the images that the model was trained on
     */
    public int cropOr(int imageSize) {
        return crop.orElse(imageSize);
    }

    /** Returns the step between windows in pixels: by default two thirds of a window, rounded down. */
    public int strideOr(int imageSize) {
        return stride.orElse((int) Math.max(1, 2L * cropOr(imageSize) / 3));
    }

    /** Copy with this edge of a window, if none is set. */
    public SegmentValidateConfig cropping(int edge) {
        return new SegmentValidateConfig(
                everySteps, mode, resize, OptionalInt.of(cropOr(edge)), stride, batchSize, stopAfterSteps);
    }
}

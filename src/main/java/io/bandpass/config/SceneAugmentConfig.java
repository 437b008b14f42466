package io.bandpass.config;

import java.util.List;
import java.util.OptionalInt;

/**
 * Augmentation of images together with their label maps, in this order: random resizing, random crop, flips, photometric distortion, padding.
 *
 * @param resize longest and shortest side in pixels of an image that is resized by a ratio of 1, as in
 *     {@code [2048, 512]}; empty for the image's own size
 * @param ratios smallest and largest ratio of the random resizing
 * @param crop edge of a crop in pixels; empty means {@code auto}, the encoder's image size
 * @param maxClassShare a crop in which one class has at least this share of the labelled pixels is drawn again, up to ten
 *     times; 1: never
 * @param flipProbability probability of a horizontal flip
 * @param verticalFlipProbability probability of a vertical flip
 * @param photometric whether brightness, contrast, saturation and hue are distorted
 */
public record SceneAugmentConfig(
        List<Integer> resize,
        List<Double> ratios,
        OptionalInt crop,
        double maxClassShare,
        double flipProbability,
        double verticalFlipProbability,
        boolean photometric) {
    static final int LARGEST_SIDE = 1 << 14;

    public SceneAugmentConfig {
        resize = List.copyOf(resize);
        ratios = List.copyOf(ratios);
        checkResize("augment.resize", resize);
        Check.range("augment.ratios", ratios, 0.05, 20);
        crop.ifPresent(edge -> Check.that(
                edge >= 1 && edge <= LARGEST_SIDE, "augment.crop", edge, "auto or from 1 to " + LARGEST_SIDE));
        Check.that(
                maxClassShare > 0 && maxClassShare <= 1,
                "augment.max-class-share",
                maxClassShare,
                "above 0 and at most 1");
        Check.fraction("augment.flip-probability", flipProbability);
        Check.fraction("augment.vertical-flip-probability", verticalFlipProbability);
    }

    static void checkResize(String key, List<Integer> resize) {
        Check.that(
                resize.isEmpty()
                        || (resize.size() == 2
                                && resize.stream().allMatch(side -> side >= 1 && side <= LARGEST_SIDE)
                                && resize.get(0) >= resize.get(1)),
                key,
                resize,
                "empty, or the longest and the shortest side in pixels, at most " + LARGEST_SIDE);
    }
}

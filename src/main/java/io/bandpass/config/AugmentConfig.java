package io.bandpass.config;

import java.util.List;

/**
 * What happens to a training image before it is corrupted: RandomResizedCrop (bicubic, antialiased) and flip.
 *
 * @param cropArea smallest and largest share of the image area that a crop covers
 * @param cropAspect smallest and largest aspect ratio (width / height) of a crop
 * @param flipProbability probability of a horizontal flip
 */
public record AugmentConfig(List<Double> cropArea, List<Double> cropAspect, double flipProbability) {
    public AugmentConfig {
        cropArea = List.copyOf(cropArea);
        cropAspect = List.copyOf(cropAspect);
        Check.range("augment.crop-area", cropArea, 1e-4, 1);
        Check.range("augment.crop-aspect", cropAspect, 1e-2, 100);
        Check.fraction("augment.flip-probability", flipProbability);
    }
}

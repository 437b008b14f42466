package io.bandpass.inference;

import java.util.List;
import java.util.Map;

/**
 * Result of a kNN evaluation.
 *
 * @param encoder accuracy with the encoder's features, 0 to 1
 * @param pixels accuracy with raw pixels, 0 to 1
 * @param pixelsSize edge length in pixels of the images, or thumbnails of them, whose raw pixels voted
 * @param trainImages number of voting images
 * @param testImages number of classified images
 * @param notices sentences about the images
 * @param unreadable name and reason of each skipped image
 */
public record KnnAccuracy(
        double encoder,
        double pixels,
        int pixelsSize,
        int trainImages,
        int testImages,
        List<String> notices,
        Map<String, String> unreadable) {}

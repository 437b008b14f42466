package io.bandpass.inference;

import java.util.List;
import java.util.Map;

/**
 * How well the classes of images are told apart by their nearest neighbours.
 *
 * @param encoder fraction right with this encoder's features, 0 to 1
 * @param pixels fraction right with raw pixels
 * @param pixelsSize edge in pixels of the images, or thumbnails of them, whose raw pixels voted
 * @param trainImages images that vote
 * @param testImages images that are classified
 * @param notices sentences about the images
 * @param unreadable name and reason of each image that was left out
 */
public record KnnAccuracy(
        double encoder,
        double pixels,
        int pixelsSize,
        int trainImages,
        int testImages,
        List<String> notices,
        Map<String, String> unreadable) {}

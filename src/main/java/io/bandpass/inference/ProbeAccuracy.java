package io.bandpass.inference;

import java.util.List;
import java.util.Map;

/**
 * Result of a linear probe on frozen features.
 *
 * @param top1 top-1 accuracy, 0 to 1
 * @param top5 top-5 accuracy, 0 to 1
 * @param classes number of classes
 * @param trainImages number of training images
 * @param testImages number of classified images
 * @param notices sentences about the images
 * @param unreadable name and reason of each skipped image
 */
public record ProbeAccuracy(
        double top1,
        double top5,
        int classes,
        int trainImages,
        int testImages,
        List<String> notices,
        Map<String, String> unreadable) {}

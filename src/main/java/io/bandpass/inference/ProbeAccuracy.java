package io.bandpass.inference;

import java.util.List;
import java.util.Map;

/**
 * How well a linear classifier of frozen features does.
 *
 * @param top1 fraction of images whose class it puts first, 0 to 1
 * @param top5 fraction of images whose class it puts among its first five
 * @param classes how many there are
 * @param trainImages images that it was trained on
 * @param testImages images that are classified
 * @param notices sentences about the images
 * @param unreadable name and reason of each image that was left out
 */
public record ProbeAccuracy(
        double top1,
        double top5,
        int classes,
        int trainImages,
        int testImages,
        List<String> notices,
        Map<String, String> unreadable) {}

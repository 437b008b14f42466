package io.bandpass.config;

import java.util.List;

/**
 * Training of a linear probe: no weight decay, momentum 0.9, and a cosine schedule to 0 that warms up for the first
 * ninth of the epochs, like 10 of 90 in MAE (He et al., CVPR 2022, table 8).
 *
 * @param optimizer {@code sgd} or {@code lars}
 * @param epochs over the training images
 * @param learningRate per 256 images, multiplied by batch / 256
 * @param batchSize images per step, at least 2; smaller sets form a single batch
 * @param augment whether each epoch uses new random crops and flips of the images, whose features are then
 *     recomputed
 * @param seed of the order of the images, the initial weights and the crops
 */
public record ProbeConfig(
        String optimizer, int epochs, double learningRate, int batchSize, boolean augment, long seed) {
    /** SGD on features that are computed once. */
    public static final ProbeConfig DEFAULT = new ProbeConfig("sgd", 90, defaultLearningRate("sgd"), 256, false, 0);

    private static final int RATED_IMAGES = 256;
    private static final double WARM_UP_SHARE = 9;

    public ProbeConfig {
        Check.oneOf("optimizer", optimizer, "sgd", "lars");
        Check.positive("epochs", epochs);
        Check.positive("learning-rate", learningRate);
        Check.that(
                batchSize >= 2, "batch-size", batchSize, "a whole number of at least 2, as batch norm compares images");
    }

    /** Learning rate per 256 images for small data sets; docs/evaluation.md has the measurements. */
    public static double defaultLearningRate(String optimizer) {
        return optimizer.equals("lars") ? 10 : 0.3;
    }

    /** Copy with another seed. */
    public ProbeConfig withSeed(long other) {
        return new ProbeConfig(optimizer, epochs, learningRate, batchSize, augment, other);
    }

    /** Images per step for a set of images. */
    public int batchSizeOf(int images) {
        return Math.min(batchSize, images);
    }

    /** Steps per epoch; an incomplete last batch is dropped, with different images each epoch. */
    public int stepsPerEpoch(int images) {
        return images / batchSizeOf(images);
    }

    /** Total number of steps. */
    public long steps(int images) {
        return (long) epochs * stepsPerEpoch(images);
    }

    /** Learning rate at the end of the warm-up. */
    public double rate(int images) {
        return learningRate * batchSizeOf(images) / RATED_IMAGES;
    }

    /** Learning-rate schedule. */
    public ScheduleConfig schedule() {
        return new ScheduleConfig(ScheduleConfig.Type.COSINE, epochs / WARM_UP_SHARE, 0, 0, 1, List.of(), 1);
    }

    /** Optimizer settings; the schedule determines the rate of each step. */
    public OptimizerConfig optimizer(int images) {
        return OptimizerConfig.momentum(
                Words.constant(OptimizerConfig.Type.class, optimizer).orElseThrow(), rate(images));
    }
}

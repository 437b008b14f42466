package io.bandpass.config;

import java.util.List;

/**
 * How a linear probe is trained: without weight decay, with momentum 0.9, by a cosine schedule to 0 whose first ninth of
 * the epochs warms up, as 10 of 90 do in MAE (He et al., CVPR 2022, table 8).
 *
 * @param optimizer {@code sgd} or {@code lars}
 * @param epochs over the training images
 * @param learningRate per 256 images, multiplied by batch / 256
 * @param batchSize images of a step, at least 2; all images where there are fewer
 * @param augment whether each epoch sees other crops of the images, mirrored at random, so that their features are
 *     computed anew
 * @param seed of the order of the images, the starting values and the crops
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

    /** The rate per 256 images that suits small sets: docs/evaluation.md has what was measured. */
    public static double defaultLearningRate(String optimizer) {
        return optimizer.equals("lars") ? 10 : 0.3;
    }

    /** The same with another seed. */
    public ProbeConfig withSeed(long other) {
        return new ProbeConfig(optimizer, epochs, learningRate, batchSize, augment, other);
    }

    /** How many images a step takes of a set. */
    public int batchSizeOf(int images) {
        return Math.min(batchSize, images);
    }

    /** Steps of an epoch; images that fill no batch are left out of it, others in each epoch. */
    public int stepsPerEpoch(int images) {
        return images / batchSizeOf(images);
    }

    /** Steps in all. */
    public long steps(int images) {
        return (long) epochs * stepsPerEpoch(images);
    }

    /** The rate at the end of the warm-up. */
    public double rate(int images) {
        return learningRate * batchSizeOf(images) / RATED_IMAGES;
    }

    /** The schedule of the rate. */
    public ScheduleConfig schedule() {
        return new ScheduleConfig(ScheduleConfig.Type.COSINE, epochs / WARM_UP_SHARE, 0, 0, 1, List.of(), 1);
    }

    /** The optimizer, whose rate the schedule gives. */
    public OptimizerConfig optimizer(int images) {
        return OptimizerConfig.momentum(
                Words.constant(OptimizerConfig.Type.class, optimizer).orElseThrow(), rate(images));
    }
}

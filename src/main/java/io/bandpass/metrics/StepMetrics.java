package io.bandpass.metrics;

/**
 * One logged optimizer step: a line of metrics.jsonl.
 *
 * @param step global step, from 1: how many optimizer steps have been made
 * @param epoch fractional: images seen / images of an epoch
 * @param loss of this step's batch
 * @param learningRate rate that this step used
 * @param gradientNorm norm of all gradients together, before clipping
 * @param imagesPerSecond since the last logged step
 * @param dataWait share of that time spent waiting for images, 0 to 1
 */
public record StepMetrics(
        long step,
        double epoch,
        double loss,
        double learningRate,
        double gradientNorm,
        double imagesPerSecond,
        double dataWait) {}

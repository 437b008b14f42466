package io.bandpass.metrics;

/**
 * One logged optimizer step: a line of metrics.jsonl.
 *
 * @param step global step, from 1: optimizer steps made
 * @param epoch fractional epoch: images seen / images per epoch
 * @param loss loss of this step's batch
 * @param learningRate learning rate of this step
 * @param gradientNorm global gradient norm, before clipping
 * @param imagesPerSecond throughput since the last logged step
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

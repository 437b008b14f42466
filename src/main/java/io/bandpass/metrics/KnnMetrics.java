package io.bandpass.metrics;

/**
 * Accuracy of a nearest-neighbour vote on the held-out images.
 *
 * @param step global step at which it was measured; 0 is the encoder as the run begins
 * @param epoch fractional
 * @param top1 fraction right, 0 to 1
 */
public record KnnMetrics(long step, double epoch, double top1) {}

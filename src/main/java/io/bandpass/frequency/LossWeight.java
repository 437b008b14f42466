package io.bandpass.frequency;

/**
 * Contribution of some images to the loss denominators. The weights of micro-batches, on one or several machines, add up to
 * the weight of the batch; the sum of each micro-batch is divided by the weight of the whole batch.
 *
 * @param terms of the frequency distance: removed bins or the sum of their weights, images or all bins, depending on the
 *     loss
 * @param images of the pixel distance
 */
public record LossWeight(double terms, double images) {
    /** Sum of two weights. */
    public LossWeight plus(LossWeight other) {
        return new LossWeight(terms + other.terms, images + other.images);
    }
}

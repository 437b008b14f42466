package io.bandpass.frequency;

/**
 * How much some images weigh in the quotients that a loss is. Weights of parts of a batch, on one machine or several, add
 * up to the weight of the batch; each part is divided by the weight of the whole.
 *
 * @param terms of the frequency distance: removed bins, images or all bins, as the loss has it
 * @param images of the pixel distance
 */
public record LossWeight(double terms, double images) {
    /** Of both together. */
    public LossWeight plus(LossWeight other) {
        return new LossWeight(terms + other.terms, images + other.images);
    }
}

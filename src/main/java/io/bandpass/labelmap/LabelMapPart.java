package io.bandpass.labelmap;

/**
 * The images of a data set that its layout gives to one split.
 *
 * @param heldOut whether they are for scoring, as in {@code val/}; otherwise they are for training
 */
record LabelMapPart(boolean heldOut, LabelMapSource images) {}

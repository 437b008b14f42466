package io.bandpass.robust;

/**
 * A frequency of images of some size, as a position in the centred spectrum, where DC is at (H/2, W/2), rounded down.
 *
 * @param row 0 to H - 1
 * @param column 0 to W - 1
 */
public record FourierBin(int row, int column) {}

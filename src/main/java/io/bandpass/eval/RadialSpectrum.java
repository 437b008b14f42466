package io.bandpass.eval;

/**
 * Mean error of images by radial frequency, in whole bins from DC.
 *
 * @param before amplitude of (corrupted - original) per radius
 * @param after amplitude of (reconstruction - original) per radius
 */
public record RadialSpectrum(double[] before, double[] after) {}

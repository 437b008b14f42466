package io.bandpass.eval;

/**
 * Mean error of images at each distance from DC, in whole frequency bins.
 *
 * @param before amplitude of (corrupted - original) per radius
 * @param after amplitude of (reconstruction - original) per radius
 */
public record RadialSpectrum(double[] before, double[] after) {}

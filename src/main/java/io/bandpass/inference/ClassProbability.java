package io.bandpass.inference;

/** A class and its probability, 0 to 1. */
public record ClassProbability(String className, double probability) {}

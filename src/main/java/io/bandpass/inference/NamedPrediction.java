package io.bandpass.inference;

/** A prediction with the name of its image. */
public record NamedPrediction(String name, Prediction prediction) {}

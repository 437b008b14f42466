package io.bandpass.inference;

/** A prediction for an image of this name. */
public record NamedPrediction(String name, Prediction prediction) {}

package io.bandpass.inference;

import java.util.List;

/**
 * What an image shows.
 *
 * @param className the most probable class
 * @param probability of it, 0 to 1
 * @param top5 the five most probable classes, or all where there are fewer, the most probable first
 */
public record Prediction(String className, double probability, List<ClassProbability> top5) {}

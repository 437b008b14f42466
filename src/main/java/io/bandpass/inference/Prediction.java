package io.bandpass.inference;

import java.util.List;

/**
 * Predicted classes of an image.
 *
 * @param className the most probable class
 * @param probability its probability, 0 to 1
 * @param top5 the five most probable classes (all if there are fewer), the most probable first
 */
public record Prediction(String className, double probability, List<ClassProbability> top5) {}

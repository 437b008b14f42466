package io.bandpass.config;

import java.util.List;
import java.util.OptionalDouble;

/**
 * AdamW. Exactly one of the two rates is set.
 *
 * @param baseLearningRate rate per 512 images, multiplied by effective batch / 512
 * @param learningRate absolute rate
 * @param betas decay of the first and second moments
 * @param epsilon added to the root of the second moment
 * @param weightDecay decoupled weight decay (none on 1-D tensors, biases, positions, class token)
 * @param clip largest norm of all gradients together; 0 means no clipping
 */
public record OptimizerConfig(
        OptionalDouble baseLearningRate,
        OptionalDouble learningRate,
        List<Double> betas,
        double epsilon,
        double weightDecay,
        double clip) {}

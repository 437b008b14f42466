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
        @EmptyWord("none") OptionalDouble baseLearningRate,
        @EmptyWord("none") OptionalDouble learningRate,
        List<Double> betas,
        double epsilon,
        double weightDecay,
        double clip) {
    public OptimizerConfig {
        betas = List.copyOf(betas);
        Check.that(
                baseLearningRate.isPresent() != learningRate.isPresent(),
                "optimizer.learning-rate",
                learningRate.isPresent() ? "set beside base-learning-rate" : "not set, nor is base-learning-rate",
                "the only one of the two that is set");
        baseLearningRate.ifPresent(rate -> Check.positive("optimizer.base-learning-rate", rate));
        learningRate.ifPresent(rate -> Check.positive("optimizer.learning-rate", rate));
        Check.that(
                betas.size() == 2 && betas.stream().allMatch(beta -> beta >= 0 && beta < 1),
                "optimizer.betas",
                betas,
                "two numbers from 0 to below 1");
        Check.positive("optimizer.epsilon", epsilon);
        Check.notNegative("optimizer.weight-decay", weightDecay);
        Check.notNegative("optimizer.clip", clip);
    }
}

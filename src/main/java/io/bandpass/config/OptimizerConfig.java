package io.bandpass.config;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Optimizer settings. Exactly one of the two rates is set; each type uses only its own keys.
 *
 * @param type {@code adamw}, {@code sgd}, {@code lamb} or {@code lars}
 * @param baseLearningRate rate per 512 images, multiplied by effective batch / 512
 * @param learningRate absolute rate; 0 trains nothing, for comparisons
 * @param betas decay of the first and second moments, of {@code adamw} and {@code lamb}
 * @param epsilon added to the square root of the second moment, of {@code adamw} and {@code lamb}
 * @param momentum of {@code sgd} and {@code lars}
 * @param nesterov whether {@code sgd} uses Nesterov momentum
 * @param weightDecay decoupled weight decay, coupled (added to the gradient) for {@code sgd} and {@code lars}; none
 *     on 1-D tensors, biases, positions and class token
 * @param layerDecay factor of the rate from each layer to the one before it; 1 means the same rate for all
 * @param clip maximum norm of all gradients together; 0 means no clipping
 */
public record OptimizerConfig(
        Type type,
        @EmptyWord("none") OptionalDouble baseLearningRate,
        @EmptyWord("none") OptionalDouble learningRate,
        List<Double> betas,
        double epsilon,
        double momentum,
        boolean nesterov,
        double weightDecay,
        double layerDecay,
        double clip) {
    /** Values of {@code optimizer.type}. */
    public enum Type {
        ADAMW,
        SGD,
        LAMB,
        LARS;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    public OptimizerConfig {
        betas = List.copyOf(betas);
        Check.that(
                baseLearningRate.isPresent() != learningRate.isPresent(),
                "optimizer.learning-rate",
                learningRate.isPresent() ? "set beside base-learning-rate" : "not set, nor is base-learning-rate",
                "the only one of the two that is set");
        baseLearningRate.ifPresent(rate -> Check.positive("optimizer.base-learning-rate", rate));
        learningRate.ifPresent(rate -> Check.notNegative("optimizer.learning-rate", rate));
        Check.that(
                betas.size() == 2 && betas.stream().allMatch(beta -> beta >= 0 && beta < 1),
                "optimizer.betas",
                betas,
                "two numbers from 0 to below 1");
        Check.positive("optimizer.epsilon", epsilon);
        Check.that(momentum >= 0 && momentum < 1, "optimizer.momentum", momentum, "from 0 to below 1");
        Check.notNegative("optimizer.weight-decay", weightDecay);
        Check.that(layerDecay > 0 && layerDecay <= 1, "optimizer.layer-decay", layerDecay, "above 0 and at most 1");
        Check.notNegative("optimizer.clip", clip);
    }

    /**
     * Creates settings with plain momentum of 0.9 and an absolute rate, without weight decay, layer decay and clipping.
     *
     * @param type {@code sgd} or {@code lars}
     */
    static OptimizerConfig momentum(Type type, double rate) {
        return new OptimizerConfig(
                type, OptionalDouble.empty(), OptionalDouble.of(rate), List.of(0.9, 0.999), 1e-8, 0.9, false, 0, 1, 0);
    }

    /** Copy with an absolute rate. */
    public OptimizerConfig withLearningRate(double rate) {
        return new OptimizerConfig(
                type,
                OptionalDouble.empty(),
                OptionalDouble.of(rate),
                betas,
                epsilon,
                momentum,
                nesterov,
                weightDecay,
                layerDecay,
                clip);
    }
}

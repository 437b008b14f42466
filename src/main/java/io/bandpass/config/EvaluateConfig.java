package io.bandpass.config;

/**
 * Evaluation during training.
 *
 * @param samplesEverySteps steps between figures of reconstructions; 0 for a single one at the end
 * @param sampleImages rows of a figure
 * @param knnEveryEpochs epochs between kNN evaluations, which need labels; 0 for only start and end
 * @param knnNeighbours k
 * @param knnTemperature of the vote's weights exp(cosine / temperature)
 * @param knnImages maximum number of training images, and of held-out images, in the vote
 * @param probe whether each kNN evaluation also trains a linear probe on the same features
 * @param heldOutFraction share of a labelled set without a test split that is held out
 */
public record EvaluateConfig(
        int samplesEverySteps,
        int sampleImages,
        double knnEveryEpochs,
        int knnNeighbours,
        double knnTemperature,
        int knnImages,
        boolean probe,
        double heldOutFraction) {
    public EvaluateConfig {
        Check.notNegative("evaluate.samples-every-steps", samplesEverySteps);
        Check.positive("evaluate.sample-images", sampleImages);
        Check.notNegative("evaluate.knn-every-epochs", knnEveryEpochs);
        Check.positive("evaluate.knn-neighbours", knnNeighbours);
        Check.positive("evaluate.knn-images", knnImages);
        Check.positive("evaluate.knn-temperature", knnTemperature);
        Check.that(
                heldOutFraction > 0 && heldOutFraction < 1,
                "evaluate.held-out-fraction",
                heldOutFraction,
                "between 0 and 1");
    }
}

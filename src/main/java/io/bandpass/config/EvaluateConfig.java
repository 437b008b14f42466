package io.bandpass.config;

/**
 * What is looked at while training.
 *
 * @param samplesEverySteps steps between pictures of reconstructions; 0 for only one at the end
 * @param sampleImages rows of a picture
 * @param knnEveryEpochs epochs between kNN evaluations where there are labels; 0 for only start and end
 * @param knnNeighbours k
 * @param knnTemperature of the vote's weights exp(cosine / temperature)
 * @param knnImages largest number of training images, and of held-out ones, that take part in the vote
 * @param probe whether each kNN evaluation trains a linear probe too, on the same features
 * @param heldOutFraction part of a labelled set without a test part that is held out
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

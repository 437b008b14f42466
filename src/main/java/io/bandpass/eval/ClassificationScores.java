package io.bandpass.eval;

import io.bandpass.metrics.NamedScores;
import io.bandpass.metrics.Scores;
import io.bandpass.task.NotFiniteException;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/** How well a classifier does on labelled images, gathered batch by batch. */
public final class ClassificationScores implements NamedScores {
    private static final int TOP = 5;
    private static final int CALIBRATION_BINS = 15;

    private final int classes;
    private final long[][] confusion;
    private final long[] binRight = new long[CALIBRATION_BINS];
    private final double[] binConfidence = new double[CALIBRATION_BINS];
    private long images;
    private long amongTop;
    private double crossEntropy;

    /**
     * Scores of no image yet.
     *
     * @param classes K
     */
    public ClassificationScores(int classes) {
        this.classes = classes;
        confusion = new long[classes][classes];
    }

    /**
     * Takes in a batch.
     *
     * @param logits (n, K)
     * @param labels (n), whole numbers from 0 to K - 1
     * @throws IllegalArgumentException if the two do not go together
     * @throws NotFiniteException if a logit is not finite
     */
    public void add(Tensor logits, Tensor labels) {
        long[] shape = Tensors.shape(logits);
        if (shape.length != 2 || shape[1] != classes || labels.dim() != 1 || labels.size(0) != shape[0]) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "logits of the shape %s and labels of the shape %s must be (images, %d) and (images)",
                    Arrays.toString(shape),
                    Arrays.toString(Tensors.shape(labels)),
                    classes));
        }
        double[] values = Tensors.toDoubles(logits);
        double[] numbers = Tensors.toDoubles(labels);
        for (int i = 0; i < numbers.length; i++) {
            int label = (int) numbers[i];
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT, "label %d is not one of %d classes, which are counted from 0", label, classes));
            }
            add(Arrays.copyOfRange(values, i * classes, (i + 1) * classes), label);
        }
    }

    private void add(double[] logits, int label) {
        int predicted = 0;
        int ahead = 0;
        for (int c = 0; c < classes; c++) {
            if (!Double.isFinite(logits[c])) {
                throw NotFiniteException.ofLogit(c, logits[c]);
            }
            if (logits[c] > logits[predicted]) {
                predicted = c;
            }
            // Of equal logits the first counts as the larger one.
            if (logits[c] > logits[label] || (logits[c] == logits[label] && c < label)) {
                ahead++;
            }
        }
        double largest = logits[predicted];
        double sum =
                Arrays.stream(logits).map(logit -> Math.exp(logit - largest)).sum();
        images++;
        confusion[label][predicted]++;
        amongTop += ahead < TOP ? 1 : 0;
        crossEntropy += Math.log(sum) - (logits[label] - largest);
        double confidence = 1 / sum;
        int bin = (int) Math.max(0, Math.ceil(confidence * CALIBRATION_BINS) - 1);
        binRight[bin] += label == predicted ? 1 : 0;
        binConfidence[bin] += confidence;
    }

    /** How many images were taken in. */
    public long images() {
        return images;
    }

    /** Fraction of images whose class has the largest logit, 0 to 1; needs an image, like all that are means. */
    public double top1() {
        long right = IntStream.range(0, classes).mapToLong(c -> confusion[c][c]).sum();
        return right / count();
    }

    /** Fraction of images whose class is among those of the five largest logits: 1 where there are at most five. */
    public double top5() {
        return amongTop / count();
    }

    /** For each class the fraction of its images that were predicted to be of it; empty for a class without images. */
    public List<OptionalDouble> classAccuracies() {
        return IntStream.range(0, classes)
                .mapToObj(c -> {
                    long all = Arrays.stream(confusion[c]).sum();
                    return all == 0 ? OptionalDouble.empty() : OptionalDouble.of(confusion[c][c] / (double) all);
                })
                .toList();
    }

    /** Numbers of images by class (rows) and predicted class (columns). */
    public long[][] confusion() {
        return Arrays.stream(confusion).map(long[]::clone).toArray(long[][]::new);
    }

    /**
     * Expected calibration error (Guo et al., ICML 2017, section 3), 0 to 1: images are put into 15 bins of equal width by
     * the probability of their predicted class; the mean over images of |accuracy - mean probability| of their bin.
     */
    public double calibrationError() {
        double sum = 0;
        for (int bin = 0; bin < CALIBRATION_BINS; bin++) {
            // The number of images of a bin stands above and below, and cancels.
            sum += Math.abs(binRight[bin] - binConfidence[bin]);
        }
        return sum / count();
    }

    /** Mean over images of -log of the probability of their class. */
    public double crossEntropy() {
        return crossEntropy / count();
    }

    private double count() {
        if (images == 0) {
            throw new IllegalStateException("no image was scored, so there is no mean");
        }
        return images;
    }

    @Override
    public Map<String, Double> byName() {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(Scores.TOP1, top1());
        values.put(Scores.TOP5, top5());
        values.put(Scores.CROSS_ENTROPY, crossEntropy());
        values.put(Scores.CALIBRATION_ERROR, calibrationError());
        return values;
    }
}

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

/** Scores of a classifier on labelled images, accumulated batch by batch. */
public final class ClassificationScores implements NamedScores {
    private static final int TOP = 5;
    private static final int CALIBRATION_BINS = 15;

    private final int classes;
    private final long[][] confusion;
    private final long[] binCorrect = new long[CALIBRATION_BINS];
    private final double[] binConfidence = new double[CALIBRATION_BINS];
    private long images;
    private long inTop;
    private double crossEntropy;

    /**
     * Creates the scores of no images.
     *
     * @param classes K
     */
    public ClassificationScores(int classes) {
        this.classes = classes;
        confusion = new long[classes][classes];
    }

    /**
     * Adds a batch.
     *
     * @param logits (n, K)
     * @param labels (n), integers from 0 to K - 1
     * @throws IllegalArgumentException if the shapes do not match or a label is out of range
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
            // Ties: the first of equal logits ranks higher.
            if (logits[c] > logits[label] || (logits[c] == logits[label] && c < label)) {
                ahead++;
            }
        }
        double largest = logits[predicted];
        double sum =
                Arrays.stream(logits).map(logit -> Math.exp(logit - largest)).sum();
        images++;
        confusion[label][predicted]++;
        inTop += ahead < TOP ? 1 : 0;
        crossEntropy += Math.log(sum) - (logits[label] - largest);
        double confidence = 1 / sum;
        int bin = (int) Math.max(0, Math.ceil(confidence * CALIBRATION_BINS) - 1);
        binCorrect[bin] += label == predicted ? 1 : 0;
        binConfidence[bin] += confidence;
    }

    /** Returns the number of images added. */
    public long images() {
        return images;
    }

    /** Returns the fraction of images whose class has the largest logit, 0 to 1. All means need at least one image. */
    public double top1() {
        long correct =
                IntStream.range(0, classes).mapToLong(c -> confusion[c][c]).sum();
        return correct / count();
    }

    /**
     * Returns the fraction of images whose class is among the five largest logits; 1 if there are at most five classes.
     */
    public double top5() {
        return inTop / count();
    }

    /** Returns the accuracy (recall) of each class; empty for a class without images. */
    public List<OptionalDouble> classAccuracies() {
        return IntStream.range(0, classes)
                .mapToObj(c -> {
                    long all = Arrays.stream(confusion[c]).sum();
                    return all == 0 ? OptionalDouble.empty() : OptionalDouble.of(confusion[c][c] / (double) all);
                })
                .toList();
    }

    /** Returns the confusion matrix: image counts by class (rows) and predicted class (columns). */
    public long[][] confusion() {
        return Arrays.stream(confusion).map(long[]::clone).toArray(long[][]::new);
    }

    /**
     * Returns the expected calibration error (Guo et al., ICML 2017, section 3), 0 to 1: the mean over images of
     * |accuracy - mean confidence| of their bin, with 15 equal-width bins of the confidence, the probability of the
     * predicted class.
     */
    public double calibrationError() {
        double sum = 0;
        for (int bin = 0; bin < CALIBRATION_BINS; bin++) {
            // ECE = sum_b (n_b / n) |acc_b - conf_b|; n_b cancels, as both are sums over the bin divided by n_b.
            sum += Math.abs(binCorrect[bin] - binConfidence[bin]);
        }
        return sum / count();
    }

    /** Returns the mean over images of -log p(class). */
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

package io.bandpass.robust;

import io.bandpass.robust.CalibrationError.Bin;
import io.bandpass.task.NotFiniteException;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * How well the probabilities of a classifier predict whether it is right, accumulated batch by batch. The confidence of
 * an image is its largest probability.
 *
 * <p>Memory grows by 9 bytes per image: scores that rank images need all of them.
 */
public final class Calibration {
    /** Number of equal-width bins (Guo et al., ICML 2017). */
    public static final int BINS = 15;
    /** Images in a bin of equal count (Hendrycks et al., ICCV 2021). */
    public static final int BIN_SIZE = 100;

    private static final int FIRST_CAPACITY = 1024;
    /** So far may the sum of an image's probabilities be from 1. */
    private static final double ROUNDING = 1e-3;

    private double[] confidences = new double[FIRST_CAPACITY];
    private boolean[] correct = new boolean[FIRST_CAPACITY];
    private int images;
    private double logLikelihood;
    private double squares;

    /**
     * Adds images by their logits.
     *
     * @param logits (N, K)
     * @param labels (N), integers from 0 to K - 1
     * @throws IllegalArgumentException if the shapes do not match or a label is no class
     * @throws NotFiniteException if a logit is not finite
     */
    public void addLogits(Tensor logits, Tensor labels) {
        double[][] rows = rows(logits, labels);
        int[] classes = classes(labels, logits.size(1));
        for (int i = 0; i < rows.length; i++) {
            for (int c = 0; c < rows[i].length; c++) {
                if (!Double.isFinite(rows[i][c])) {
                    throw NotFiniteException.ofLogit(c, rows[i][c]);
                }
            }
        }
        for (int i = 0; i < rows.length; i++) {
            double largest = Arrays.stream(rows[i]).max().orElseThrow();
            double sum = Arrays.stream(rows[i])
                    .map(logit -> Math.exp(logit - largest))
                    .sum();
            double ofLabel = rows[i][classes[i]] - largest - Math.log(sum);
            double[] probabilities = Arrays.stream(rows[i])
                    .map(logit -> Math.exp(logit - largest) / sum)
                    .toArray();
            add(probabilities, classes[i], ofLabel);
        }
    }

    /**
     * Adds images by their probabilities.
     *
     * @param probabilities (N, K), each row a distribution
     * @param labels (N), integers from 0 to K - 1
     * @throws IllegalArgumentException if the shapes do not match, a label is no class, or a row is no distribution
     */
    public void addProbabilities(Tensor probabilities, Tensor labels) {
        double[][] rows = rows(probabilities, labels);
        int[] classes = classes(labels, probabilities.size(1));
        for (double[] row : rows) {
            double sum = Arrays.stream(row).sum();
            if (Arrays.stream(row).anyMatch(p -> !(p >= 0 && p <= 1 + ROUNDING)) || !(Math.abs(sum - 1) <= ROUNDING)) {
                throw new IllegalArgumentException(
                        "probabilities of an image are from 0 to 1 and add up to 1, but these are "
                                + Arrays.toString(row));
            }
        }
        for (int i = 0; i < rows.length; i++) {
            add(rows[i], classes[i], Math.log(rows[i][classes[i]]));
        }
    }

    private static double[][] rows(Tensor outputs, Tensor labels) {
        long[] shape = Tensors.shape(outputs);
        if (shape.length != 2 || shape[1] < 1 || labels.dim() != 1 || labels.size(0) != shape[0]) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "outputs of the shape %s and labels of the shape %s must be (images, classes) and (images)",
                    Arrays.toString(shape),
                    Arrays.toString(Tensors.shape(labels))));
        }
        double[] values = Tensors.toDoubles(outputs);
        int classes = (int) shape[1];
        return IntStream.range(0, (int) shape[0])
                .mapToObj(i -> Arrays.copyOfRange(values, i * classes, (i + 1) * classes))
                .toArray(double[][]::new);
    }

    private static int[] classes(Tensor labels, long classes) {
        int[] numbers = Arrays.stream(Tensors.toDoubles(labels))
                .mapToInt(label -> (int) label)
                .toArray();
        for (int label : numbers) {
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException(
                        "label " + label + " is not one of " + classes + " classes, which are counted from 0");
            }
        }
        return numbers;
    }

    private void add(double[] probabilities, int label, double logProbability) {
        if (images == confidences.length) {
            confidences = Arrays.copyOf(confidences, 2 * images);
            correct = Arrays.copyOf(correct, 2 * images);
        }
        int predicted = 0;
        double square = 0;
        for (int c = 0; c < probabilities.length; c++) {
            predicted = probabilities[c] > probabilities[predicted] ? c : predicted;
            double error = probabilities[c] - (c == label ? 1 : 0);
            square += error * error;
        }
        confidences[images] = probabilities[predicted];
        correct[images] = predicted == label;
        logLikelihood += logProbability;
        squares += square;
        images++;
    }

    /** Returns the number of images added. */
    public int images() {
        return images;
    }

    /** Returns the fraction of images whose class has the largest probability. Scores need at least one image. */
    public double accuracy() {
        return IntStream.range(0, count()).filter(i -> correct[i]).count() / (double) images;
    }

    /** As {@link #equalWidth(int)}, with {@link #BINS} bins. */
    public CalibrationError equalWidth() {
        return equalWidth(BINS);
    }

    /**
     * Returns the calibration error over bins of equal width (Guo et al., ICML 2017, section 2): bin i of n holds the
     * confidences in (i/n, (i+1)/n]. Programs that close bins at their lower edge differ where a confidence lies on an
     * edge, and nowhere else.
     */
    public CalibrationError equalWidth(int bins) {
        if (bins < 1) {
            throw new IllegalArgumentException("there must be at least one bin, not " + bins);
        }
        long[] sizes = new long[bins];
        double[] confidence = new double[bins];
        long[] right = new long[bins];
        for (int i = 0; i < count(); i++) {
            int bin = Math.min(bins - 1, Math.max(0, (int) Math.ceil(confidences[i] * bins) - 1));
            sizes[bin]++;
            confidence[bin] += confidences[i];
            right[bin] += correct[i] ? 1 : 0;
        }
        return CalibrationError.of(IntStream.range(0, bins)
                .filter(bin -> sizes[bin] > 0)
                .mapToObj(
                        bin -> new Bin(bin, sizes[bin], confidence[bin] / sizes[bin], right[bin] / (double) sizes[bin]))
                .toList());
    }

    /** As {@link #equalCount(int)}, with {@link #BIN_SIZE} images in each bin. */
    public CalibrationError equalCount() {
        return equalCount(BIN_SIZE);
    }

    /**
     * Returns the calibration error over bins of equal count, in ascending order of confidence: floor(N / size) bins of
     * this size, of which the last takes the remaining images too. {@link CalibrationError#rootMeanSquare()} is the RMS
     * calibration error of Hendrycks et al. (ICCV 2021). Their program leaves the last bin, that of the most confident
     * images, out of the sum, which looks like an oversight and is not repeated here: its numbers are lower.
     *
     * @param size at least 1; with fewer images than this there is a single bin
     */
    public CalibrationError equalCount(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("a bin must hold at least one image, not " + size);
        }
        int[] order = ascending();
        int count = Math.max(1, images / size);
        List<Bin> bins = new ArrayList<>();
        for (int bin = 0; bin < count; bin++) {
            int from = bin * size;
            int to = bin == count - 1 ? images : from + size;
            double confidence = 0;
            long right = 0;
            for (int i = from; i < to; i++) {
                confidence += confidences[order[i]];
                right += correct[order[i]] ? 1 : 0;
            }
            double held = to - from;
            bins.add(new Bin(bin, to - from, confidence / held, right / held));
        }
        return CalibrationError.of(bins);
    }

    /** Image numbers by confidence, equal ones in the order in which they were added. */
    private int[] ascending() {
        return IntStream.range(0, count())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> confidences[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /**
     * Returns the mean of -log p(class), in nats; infinite if an image was added with a probability of 0 for its class.
     */
    public double negativeLogLikelihood() {
        return -logLikelihood / count();
    }

    /**
     * Returns the Brier score (Brier, 1950): the mean over images of the squared distance between the probabilities and
     * the class, summed over the classes; 0 to 2. Some programs divide by the number of classes.
     */
    public double brier() {
        return squares / count();
    }

    /**
     * Returns the area under the response rate accuracy curve (AURRA; Hendrycks et al., CVPR 2021): the mean over k of
     * the accuracy of the k most confident images.
     */
    public double aurra() {
        int[] order = ascending();
        double sum = 0;
        long right = 0;
        for (int k = 1; k <= images; k++) {
            right += correct[order[images - k]] ? 1 : 0;
            sum += right / (double) k;
        }
        return sum / images;
    }

    private int count() {
        if (images == 0) {
            throw new IllegalStateException("no image was scored, so there is no calibration");
        }
        return images;
    }
}

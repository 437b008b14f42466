package io.bandpass.eval;

import io.bandpass.data.DataException;
import io.bandpass.metrics.NamedScores;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.SegmentationResult;
import io.bandpass.metrics.SegmentationResult.ClassResult;
import io.bandpass.text.Counts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Scores of a segmentation model, whose pixels are counted over all images together. */
public final class SegmentationScores implements NamedScores {
    private static final int VALUES_NAMED = 5;
    private static final int CONFUSIONS_NAMED = 10;

    /**
     * Scores of one image.
     *
     * @param meanIou over the classes that occur in it or were predicted; empty if no pixel counts
     * @param pixelAccuracy share of its pixels that were predicted right; empty if no pixel counts
     * @param ignored its pixels that belong to no class
     */
    public record ImageScores(
            String name, OptionalDouble meanIou, OptionalDouble pixelAccuracy, IgnoredPixels ignored) {}

    /**
     * Pixels of one class that were taken for another.
     *
     * @param share of the pixels of their class, 0 to 1
     */
    public record Confusion(int label, int prediction, long pixels, double share) {}

    private final int classes;
    private final PixelCounts counts;
    private final PairCounts confusion;
    private final List<ImageScores> images = new ArrayList<>();

    /**
     * Creates the scores of no images.
     *
     * @param classes K
     */
    public SegmentationScores(int classes) {
        this.classes = classes;
        counts = new PixelCounts(classes);
        confusion = new PairCounts(classes, classes);
    }

    /**
     * Adds an image.
     *
     * @param name for messages and lists of images
     * @param prediction class of every pixel, 0 to K - 1
     * @param truth class of every pixel, in the same order; below 0: ignored
     * @param width pixels in a row
     * @throws DataException if a label is K or more; then nothing is added
     * @throws IllegalArgumentException if the sizes differ or a prediction is no class
     */
    public void add(String name, short[] prediction, short[] truth, int width) {
        if (prediction.length != truth.length) {
            throw new IllegalArgumentException(
                    prediction.length + " predicted pixels of " + name + ", which has " + truth.length);
        }
        checkRange(name, truth);
        PairCounts pairs = new PairCounts(classes, classes);
        count(name, prediction, truth, pairs);
        PixelCounts own = new PixelCounts(classes);
        pairs.each(own::add);
        pairs.each(counts::add);
        pairs.each(confusion::add);
        images.add(new ImageScores(name, own.meanIou(), own.pixelAccuracy(), IgnoredPixels.of(truth, width)));
    }

    private void checkRange(String name, short[] truth) {
        Map<Short, Long> wrong = new TreeMap<>();
        for (short label : truth) {
            if (label >= classes) {
                wrong.merge(label, 1L, Long::sum);
            }
        }
        if (!wrong.isEmpty()) {
            String values = wrong.entrySet().stream()
                    .limit(VALUES_NAMED)
                    .map(entry -> entry.getKey() + " (" + Counts.grouped(entry.getValue(), "pixel") + ")")
                    .collect(Collectors.joining(", "));
            String more = wrong.size() > VALUES_NAMED ? " and " + (wrong.size() - VALUES_NAMED) + " other values" : "";
            throw new DataException("the mask of " + name + " has " + values + more + ", but its classes are 0 to "
                    + (classes - 1) + ": list the others too, or ignore them");
        }
    }

    /** Counts the pixels that belong to a class. */
    private void count(String name, short[] prediction, short[] truth, PairCounts pairs) {
        for (int from = 0; from < truth.length; ) {
            int label = truth[from];
            int predicted = prediction[from];
            int to = from + 1;
            // Neighbours are mostly alike: one addition for all of a run.
            while (to < truth.length && truth[to] == label && prediction[to] == predicted) {
                to++;
            }
            if (label >= 0) {
                if (predicted < 0 || predicted >= classes) {
                    throw new IllegalArgumentException(
                            "prediction " + predicted + " for " + name + " is not one of " + classes + " classes");
                }
                pairs.add(label, predicted, to - from);
            }
            from = to;
        }
    }

    /** Pixels of each class over all images, and the scores that follow. */
    public PixelCounts counts() {
        return counts;
    }

    /** Scores of each image, in the order in which they were added. */
    public List<ImageScores> images() {
        return Collections.unmodifiableList(images);
    }

    /** Pixels of all images that belong to no class. */
    public IgnoredPixels ignored() {
        return images.stream().map(ImageScores::ignored).reduce(new IgnoredPixels(0, 0), IgnoredPixels::plus);
    }

    /** Pixel counts by class (rows) and predicted class (columns). */
    public PairCounts confusion() {
        return confusion;
    }

    /** Returns the most frequent confusions, the one with the most pixels first. */
    public List<Confusion> confusions(int most) {
        List<Confusion> found = new ArrayList<>();
        confusion.each((label, prediction, pixels) -> {
            if (label != prediction) {
                found.add(new Confusion(label, prediction, pixels, pixels / (double) counts.truth(label)));
            }
        });
        return found.stream()
                .sorted(Comparator.comparingLong(Confusion::pixels)
                        .reversed()
                        .thenComparingInt(Confusion::label)
                        .thenComparingInt(Confusion::prediction))
                .limit(most)
                .toList();
    }

    /**
     * Returns the scores over all images by name.
     *
     * @throws DataException if no pixel belongs to a class
     */
    @Override
    public Map<String, Double> byName() {
        if (counts.pixels() == 0) {
            throw new DataException(String.format(
                    Locale.ROOT,
                    "no pixel of %s belongs to a class, so there are no scores: check what the masks ignore",
                    Counts.of(images.size(), "image")));
        }
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(Scores.MEAN_IOU, counts.meanIou().orElseThrow());
        values.put(Scores.MEAN_ACCURACY, counts.meanAccuracy().orElseThrow());
        values.put(Scores.PIXEL_ACCURACY, counts.pixelAccuracy().orElseThrow());
        values.put(Scores.FREQUENCY_WEIGHTED_IOU, counts.frequencyWeightedIou().orElseThrow());
        values.put(Scores.MEAN_DICE, counts.meanDice().orElseThrow());
        return values;
    }

    /**
     * Returns the scores as they are written to scores.json.
     *
     * @param names of the classes, by id
     */
    public SegmentationResult result(List<String> names) {
        List<ClassResult> ofClasses = IntStream.range(0, classes)
                .mapToObj(c -> new ClassResult(
                        names.get(c), counts.iou(c), counts.accuracy(c), counts.dice(c), counts.truth(c)))
                .toList();
        return new SegmentationResult(
                counts.meanIou(),
                counts.meanAccuracy(),
                counts.pixelAccuracy(),
                counts.frequencyWeightedIou(),
                counts.meanDice(),
                ofClasses,
                images.size(),
                ignored().pixels(),
                ignored().betweenClasses(),
                confusions(CONFUSIONS_NAMED).stream()
                        .map(pair -> new SegmentationResult.Confusion(
                                names.get(pair.label()), names.get(pair.prediction()), pair.pixels(), pair.share()))
                        .toList());
    }
}

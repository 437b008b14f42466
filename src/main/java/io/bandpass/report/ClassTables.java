package io.bandpass.report;

import io.bandpass.metrics.ClassScores;
import io.bandpass.text.Counts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** What a page shows of the classes of a classifier, ready for its tables. */
public final class ClassTables {
    /** Up to so many classes the whole confusion matrix is shown. */
    private static final int MATRIX = 30;
    /** So many classes are shown at once; the others are folded. */
    private static final int OPEN = 30;
    /** So many pairs of classes are shown where the matrix is not. */
    private static final int PAIRS = 25;

    /**
     * A class.
     *
     * @param accuracy in per cent, or empty without images
     */
    public record ClassRow(String name, long images, OptionalDouble accuracy) {
        /** In per cent, in words. */
        public String accuracyText() {
            return accuracy.isEmpty() ? "no images" : Page.percent(accuracy.getAsDouble() / 100);
        }
    }

    /**
     * Images of one class that were taken for one.
     *
     * @param heat strength of the colour, 0 to 100
     * @param right whether it is their own class
     * @param words what the cell means
     */
    public record Cell(long count, int heat, boolean right, String words) {}

    /** A row of the matrix: the images of a class. */
    public record MatrixRow(String name, List<Cell> cells) {}

    /**
     * Images of one class that were taken for another.
     *
     * @param share of the images of their class, in words
     */
    public record Pair(String actual, String predicted, long count, String share) {}

    private final ClassScores scores;

    ClassTables(ClassScores scores) {
        this.scores = scores;
    }

    private String name(int number) {
        return scores.classes().get(number);
    }

    /** All classes, the least accurate first, those without images last. */
    private List<ClassRow> rows() {
        return IntStream.range(0, scores.classes().size())
                .mapToObj(c -> new ClassRow(name(c), scores.images(c), percent(c)))
                .sorted(Comparator.comparingDouble(row -> row.accuracy().orElse(Double.POSITIVE_INFINITY)))
                .toList();
    }

    private OptionalDouble percent(int c) {
        OptionalDouble accuracy = scores.accuracies().get(c);
        return accuracy.isEmpty() ? accuracy : OptionalDouble.of(100 * accuracy.getAsDouble());
    }

    /** The first of the classes, the least accurate. */
    public List<ClassRow> open() {
        return rows().subList(0, Math.min(OPEN, scores.classes().size()));
    }

    /** The other classes. */
    public List<ClassRow> folded() {
        return rows().subList(open().size(), scores.classes().size());
    }

    /** Whether there are few enough classes to show the matrix. */
    public boolean hasMatrix() {
        return scores.classes().size() <= MATRIX;
    }

    /** The confusion matrix, in the order of the classes. */
    public List<MatrixRow> matrix() {
        List<MatrixRow> matrix = new ArrayList<>();
        for (int actual = 0; actual < scores.classes().size(); actual++) {
            List<Cell> cells = new ArrayList<>();
            for (int predicted = 0; predicted < scores.classes().size(); predicted++) {
                cells.add(cell(actual, predicted));
            }
            matrix.add(new MatrixRow(name(actual), cells));
        }
        return matrix;
    }

    private Cell cell(int actual, int predicted) {
        long count = scores.confusion()[actual][predicted];
        long images = scores.images(actual);
        String words =
                count + " of " + Counts.of(images, "image") + " of " + name(actual) + " taken for " + name(predicted);
        // The root makes a few images in a hundred visible.
        int heat = images == 0 ? 0 : (int) Math.round(100 * Math.sqrt(count / (double) images));
        return new Cell(count, heat, actual == predicted, words);
    }

    /** The most confused pairs of classes, the one with the most images first. */
    public List<Pair> pairs() {
        record Found(int actual, int predicted, long count) {}
        List<Found> found = new ArrayList<>();
        long[][] confusion = scores.confusion();
        for (int actual = 0; actual < confusion.length; actual++) {
            for (int predicted = 0; predicted < confusion.length; predicted++) {
                if (actual != predicted && confusion[actual][predicted] > 0) {
                    found.add(new Found(actual, predicted, confusion[actual][predicted]));
                }
            }
        }
        return found.stream()
                .sorted(Comparator.comparingLong(Found::count).reversed())
                .limit(PAIRS)
                .map(pair -> new Pair(
                        name(pair.actual()),
                        name(pair.predicted()),
                        pair.count(),
                        Page.percent(pair.count() / (double) scores.images(pair.actual()))))
                .toList();
    }
}

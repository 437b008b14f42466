package io.bandpass.robust;

import io.bandpass.text.Counts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Top-1 errors of a classifier under corruptions, and the scores of ImageNet-C (Hendrycks and Dietterich, ICLR 2019,
 * section 4.2) that follow. All scores are fractions, not per cent; those that are divided by AlexNet's errors can
 * exceed 1.
 *
 * <p>Nothing that is missing is filled in: a score that needs an error that is not there is empty, and {@link
 * #missing()} says why. For sets without AlexNet's errors, such as CIFAR-10-C, {@link #meanError()} is the usual score.
 */
public final class CorruptionErrors {
    /** Number of severities, which are counted from 1. */
    public static final int SEVERITIES = 5;
    /**
     * The corruption whose pictures are photographs that cannot be bundled, so that many tables are made without it.
     */
    public static final String FROST = "frost";

    private static final int NAMED = 3;

    private final BaselineErrors alexNet = BaselineErrors.alexNet();
    private final boolean comparable;
    private final Map<String, TreeMap<Integer, Double>> errors = new LinkedHashMap<>();

    /** Creates errors on images that were corrupted as those of ImageNet-C. */
    public CorruptionErrors() {
        this(true);
    }

    /**
     * Creates errors.
     *
     * @param comparable whether the images were corrupted as those of ImageNet-C, so that errors can be divided by
     *     AlexNet's; without that there are mean errors only
     */
    public CorruptionErrors(boolean comparable) {
        this.comparable = comparable;
    }

    /** Returns the 15 corruptions of the benchmark, as their folders are named, in its order. */
    public static List<String> benchmark() {
        return BaselineErrors.alexNet().corruptions();
    }

    /**
     * Adds an error.
     *
     * @param corruption name, as of a folder of ImageNet-C; others than those of the benchmark count in none of its means
     * @param severity 1 to 5
     * @param error 1 - top-1 accuracy, 0 to 1
     * @throws IllegalArgumentException if a number is out of range or the error was added before
     */
    public void add(String corruption, int severity, double error) {
        if (severity < 1 || severity > SEVERITIES) {
            throw new IllegalArgumentException("severity " + severity + " of " + corruption + " is not from 1 to 5");
        }
        if (!(error >= 0 && error <= 1)) {
            throw new IllegalArgumentException("the error of " + corruption + " at severity " + severity + " is "
                    + error + ", but must be from 0 to 1");
        }
        if (errors.computeIfAbsent(corruption, name -> new TreeMap<>()).putIfAbsent(severity, error) != null) {
            throw new IllegalArgumentException(
                    "the error of " + corruption + " at severity " + severity + " was added before");
        }
    }

    /** Returns the corruptions with an error: those of the benchmark in its order, then others as they were added. */
    public List<String> corruptions() {
        Set<String> names = new LinkedHashSet<>(alexNet.corruptions());
        names.addAll(errors.keySet());
        return names.stream().filter(errors::containsKey).toList();
    }

    /** Returns an error that was added. */
    public OptionalDouble error(String corruption, int severity) {
        return Optional.ofNullable(errors.get(corruption))
                .map(bySeverity -> bySeverity.get(severity))
                .map(OptionalDouble::of)
                .orElse(OptionalDouble.empty());
    }

    /** Returns the mean error of a corruption over the five severities; empty if one is missing. */
    public OptionalDouble meanError(String corruption) {
        OptionalDouble sum = sum(corruption);
        return sum.isPresent() ? OptionalDouble.of(sum.getAsDouble() / SEVERITIES) : sum;
    }

    private OptionalDouble sum(String corruption) {
        SortedMap<Integer, Double> bySeverity = severities(corruption);
        return bySeverity.size() < SEVERITIES
                ? OptionalDouble.empty()
                : OptionalDouble.of(bySeverity.values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum());
    }

    /**
     * Returns what the scores over all 15 corruptions lack, in words such as {@code fog at the severities 2, 5}; empty if
     * they are complete.
     */
    public List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (String corruption : alexNet.corruptions()) {
            List<Integer> severities = IntStream.rangeClosed(1, SEVERITIES)
                    .filter(severity -> error(corruption, severity).isEmpty())
                    .boxed()
                    .toList();
            if (severities.size() == SEVERITIES) {
                missing.add(corruption);
            } else if (!severities.isEmpty()) {
                missing.add(corruption + " at the " + Counts.choose(severities.size(), "severity ", "severities ")
                        + severities.stream().map(String::valueOf).collect(Collectors.joining(", ")));
            }
        }
        return missing;
    }

    /** Returns the mean error over the 15 corruptions and five severities; empty if one is missing. */
    public OptionalDouble meanError() {
        return mean(alexNet.corruptions(), this::meanError);
    }

    /**
     * Returns CE of a corruption: the sum of the errors over the severities, divided by that of AlexNet; empty if an
     * error is missing, or AlexNet's are.
     */
    public OptionalDouble corruptionError(String corruption) {
        OptionalDouble sum = sum(corruption);
        Optional<Double> baseline = baseline(corruption);
        return sum.isEmpty() || baseline.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(sum.getAsDouble() / baseline.get());
    }

    /** Returns the sum of AlexNet's errors; empty if there are none to divide by. */
    private Optional<Double> baseline(String corruption) {
        return comparable ? alexNet.sum(corruption) : Optional.empty();
    }

    /** Returns mCE, the mean of CE over the 15 corruptions; empty if an error is missing. */
    public OptionalDouble meanCorruptionError() {
        return mean(alexNet.corruptions(), this::corruptionError);
    }

    /**
     * Returns the mean of CE over the 14 corruptions other than {@link #FROST}; empty if an error of those is missing.
     * Not the benchmark's mCE, and to be labelled "over 14".
     */
    public OptionalDouble meanCorruptionErrorWithoutFrost() {
        return mean(withoutFrost(), this::corruptionError);
    }

    /** Whether there is a mean over the benchmark, with or without frost. */
    public boolean isBenchmark() {
        return meanError().isPresent() || meanErrorWithoutFrost().isPresent();
    }

    /** Returns the mean error over the 14 corruptions other than {@link #FROST}; empty if one is missing. */
    public OptionalDouble meanErrorWithoutFrost() {
        return mean(withoutFrost(), this::meanError);
    }

    /**
     * Returns the mean over all errors that were added but those of procedural frost, for sets and selections that are no
     * whole benchmark; empty if there are none.
     */
    public OptionalDouble meanOfMeasured() {
        return counted()
                .flatMap(name -> severities(name).values().stream())
                .mapToDouble(Double::doubleValue)
                .average();
    }

    /** Returns all corruptions but frost* and its folder, frost_procedural. */
    private Stream<String> counted() {
        return corruptions().stream().filter(name -> name.equals(FROST) || !name.startsWith(FROST));
    }

    private SortedMap<Integer, Double> severities(String corruption) {
        return errors.getOrDefault(corruption, new TreeMap<>());
    }

    /**
     * Describes what {@link #meanOfMeasured()} is the mean of: {@code fog, snow at severities 1, 3}, or {@code 5
     * corruptions at ...}.
     */
    public String measured() {
        List<String> names = counted().toList();
        Set<Set<Integer>> severities =
                names.stream().map(name -> severities(name).keySet()).collect(Collectors.toSet());
        String corruptions = names.size() <= NAMED ? String.join(", ", names) : names.size() + " corruptions";
        if (severities.size() != 1) {
            return corruptions + ", not at the same severities";
        }
        Set<Integer> common = severities.iterator().next();
        return corruptions
                + Counts.choose(common.size(), " at severity ", " at severities ")
                + common.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private List<String> withoutFrost() {
        return alexNet.corruptions().stream()
                .filter(corruption -> !corruption.equals(FROST))
                .toList();
    }

    /**
     * Returns the relative CE of a corruption: what it adds to the error on clean images, summed over the severities,
     * divided by the same of AlexNet; empty if an error is missing, or AlexNet's are.
     *
     * @param cleanError top-1 error of the classifier on uncorrupted images, 0 to 1
     */
    public OptionalDouble relativeCorruptionError(String corruption, double cleanError) {
        OptionalDouble sum = sum(corruption);
        Optional<Double> baseline = baseline(corruption);
        return sum.isEmpty() || baseline.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of((sum.getAsDouble() - SEVERITIES * cleanError)
                        / (baseline.get() - SEVERITIES * alexNet.clean()));
    }

    /**
     * Returns relative mCE, the mean of the relative CE over the 15 corruptions; empty if an error is missing.
     *
     * @param cleanError top-1 error of the classifier on uncorrupted images, 0 to 1
     */
    public OptionalDouble relativeMeanCorruptionError(double cleanError) {
        return mean(alexNet.corruptions(), corruption -> relativeCorruptionError(corruption, cleanError));
    }

    private static OptionalDouble mean(Collection<String> corruptions, Function<String, OptionalDouble> score) {
        List<OptionalDouble> scores = corruptions.stream().map(score).toList();
        return scores.stream().anyMatch(OptionalDouble::isEmpty)
                ? OptionalDouble.empty()
                : scores.stream().mapToDouble(OptionalDouble::getAsDouble).average();
    }
}

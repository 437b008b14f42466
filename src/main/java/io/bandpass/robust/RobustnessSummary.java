package io.bandpass.robust;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The row of a model in a table of robustness.
 *
 * @param model its name
 * @param clean accuracy on the images as they are, 0 to 1
 * @param scores of the probabilities on them
 * @param attacks accuracy under each attack, by what it was
 * @param corruptions errors under corruption in memory
 * @param calibrationErrors expected calibration error under corruption by severity: the mean over the corruptions, in
 *     memory or, where there is one, of the stored set
 * @param stored errors on a stored set of corrupted images
 * @param sets accuracy on other images, by their names
 * @param sameClasses accuracy on the images as they are of the classes of such a set, by its name
 */
public record RobustnessSummary(
        String model,
        OptionalDouble clean,
        Optional<ProbabilityScores> scores,
        Map<Condition.Attack, Double> attacks,
        CorruptionErrors corruptions,
        CorruptionErrors stored,
        SortedMap<Integer, Double> calibrationErrors,
        Map<String, Double> sets,
        Map<String, Double> sameClasses) {
    /** Returns the rows of all models, in the order of their measurements. */
    public static List<RobustnessSummary> of(List<Measurement> measurements) {
        Map<String, List<Measurement>> byModel = new LinkedHashMap<>();
        measurements.forEach(one ->
                byModel.computeIfAbsent(one.model(), model -> new ArrayList<>()).add(one));
        return byModel.entrySet().stream()
                .map(entry -> of(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static RobustnessSummary of(String model, List<Measurement> measurements) {
        OptionalDouble clean = OptionalDouble.empty();
        Optional<ProbabilityScores> scores = Optional.empty();
        Map<Condition.Attack, Double> attacks = new LinkedHashMap<>();
        CorruptionErrors corruptions = new CorruptionErrors(areComparable(measurements, false));
        CorruptionErrors stored = new CorruptionErrors(areComparable(measurements, true));
        Map<String, Double> sets = new LinkedHashMap<>();
        Map<String, Double> sameClasses = new LinkedHashMap<>();
        for (Measurement one : measurements) {
            if (one.condition() instanceof Condition.Clean) {
                clean = OptionalDouble.of(one.accuracy());
                scores = one.scores();
            } else if (one.condition() instanceof Condition.Attack attack) {
                attacks.put(attack, one.accuracy());
            } else if (one.condition() instanceof Condition.Corruption corruption) {
                (one.stored() ? stored : corruptions).add(corruption.name(), corruption.severity(), one.error());
            } else if (one.condition() instanceof Condition.OtherSet set) {
                sets.put(set.name(), one.accuracy());
            } else if (one.condition() instanceof Condition.SameClasses same) {
                sameClasses.put(same.set(), one.accuracy());
            }
        }
        return new RobustnessSummary(
                model,
                clean,
                scores,
                attacks,
                corruptions,
                stored,
                calibrationErrors(measurements, !stored.corruptions().isEmpty()),
                sets,
                sameClasses);
    }

    private static SortedMap<Integer, Double> calibrationErrors(List<Measurement> measurements, boolean stored) {
        return measurements.stream()
                .filter(one -> one.stored() == stored
                        && one.condition() instanceof Condition.Corruption
                        && one.scores().isPresent())
                .collect(Collectors.groupingBy(
                        one -> ((Condition.Corruption) one.condition()).severity(),
                        TreeMap::new,
                        Collectors.averagingDouble(
                                one -> one.scores().orElseThrow().calibrationError())));
    }

    /** Returns whether errors can be divided by AlexNet's on ImageNet-C. */
    private static boolean areComparable(List<Measurement> measurements, boolean stored) {
        return measurements.stream()
                .filter(one -> one.stored() == stored)
                .map(Measurement::condition)
                .filter(Condition.Corruption.class::isInstance)
                .map(Condition.Corruption.class::cast)
                .allMatch(corruption -> corruption.benchmark().equals(Condition.Corruption.IMAGENET_C));
    }

    /** Returns the accuracy on another set, less that on the images as they are of its classes; usually negative. */
    public OptionalDouble gap(String set) {
        return sets.containsKey(set) && sameClasses.containsKey(set)
                ? OptionalDouble.of(sets.get(set) - sameClasses.get(set))
                : OptionalDouble.empty();
    }
}

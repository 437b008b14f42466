package io.bandpass.report;

import io.bandpass.robust.AttackWords;
import io.bandpass.robust.Condition;
import io.bandpass.robust.Measurement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Example images of a model: under the strongest of its attacks, and under the corruptions that it withstands least.
 *
 * @param attack the strongest attack in words; empty if none was made
 */
public record ModelExamples(
        String model, Optional<String> attack, List<AttackedExample> attacked, List<CorruptedExample> corrupted) {
    private static final int MOST_CORRUPTED = 6;

    /** An image as it is and under attack. */
    public record AttackedExample(RobustnessExample clean, RobustnessExample adversarial) {
        /** Magnification of the perturbation, in words. */
        public String factor() {
            return adversarial
                    .perturbation()
                    .map(change -> change.factor() == 0
                            ? "not changed" + (clean.isRight() ? "" : ", as it was wrong")
                            : String.format(Locale.ROOT, "magnified x %.1f", change.factor()))
                    .orElse("");
        }

        /** The magnified perturbation as a data URI. */
        public String perturbation() {
            return adversarial
                    .perturbation()
                    .map(RobustnessExample.Perturbation::picture)
                    .orElse("");
        }

        /** What became of the prediction. */
        public String outcome() {
            if (adversarial.isRight()) {
                return clean.isRight() ? "still right" : "right, was wrong";
            }
            return clean.isRight() ? "wrong, was right" : "still wrong";
        }
    }

    /**
     * An image under a corruption.
     *
     * @param corruption with its severity
     */
    public record CorruptedExample(String corruption, RobustnessExample example) {}

    public ModelExamples {
        attacked = List.copyOf(attacked);
        corrupted = List.copyOf(corrupted);
    }

    /** Returns the examples of each model that has some besides the images as they are. */
    static List<ModelExamples> of(List<ShownPart> parts) {
        Map<String, List<ShownPart>> byModel = new LinkedHashMap<>();
        parts.forEach(part -> byModel.computeIfAbsent(part.measurement().model(), model -> new ArrayList<>())
                .add(part));
        return byModel.entrySet().stream()
                .map(entry -> of(entry.getKey(), entry.getValue()))
                .filter(model ->
                        !model.attacked().isEmpty() || !model.corrupted().isEmpty())
                .toList();
    }

    private static ModelExamples of(String model, List<ShownPart> parts) {
        Optional<ShownPart> strongest = parts.stream()
                .filter(part -> part.measurement().condition() instanceof Condition.Attack)
                // Of equal ones the last, which has the larger ball or the better attack.
                .reduce((first, second) ->
                        second.measurement().accuracy() <= first.measurement().accuracy() ? second : first);
        return new ModelExamples(
                model,
                strongest.map(part ->
                        AttackWords.of((Condition.Attack) part.measurement().condition())),
                strongest.map(part -> attacked(parts, part)).orElse(List.of()),
                corrupted(parts));
    }

    private static List<AttackedExample> attacked(List<ShownPart> parts, ShownPart attack) {
        Map<String, RobustnessExample> clean = new LinkedHashMap<>();
        parts.stream()
                .filter(part -> part.measurement().condition() instanceof Condition.Clean)
                .flatMap(part -> part.examples().stream())
                .forEach(example -> clean.put(example.image(), example));
        List<AttackedExample> pairs = new ArrayList<>();
        for (RobustnessExample adversarial : attack.examples()) {
            Optional.ofNullable(clean.get(adversarial.image()))
                    .ifPresent(before -> pairs.add(new AttackedExample(before, adversarial)));
        }
        return pairs;
    }

    /** Those with the most errors at the highest severity that was measured, each once. */
    private static List<CorruptedExample> corrupted(List<ShownPart> parts) {
        int highest = parts.stream()
                .mapToInt(part -> severity(part.measurement()))
                .max()
                .orElse(0);
        if (highest == 0) {
            return List.of();
        }
        return parts.stream()
                .filter(part -> severity(part.measurement()) == highest)
                .sorted(Comparator.comparingDouble(part -> part.measurement().accuracy()))
                .limit(MOST_CORRUPTED)
                .map(part -> new CorruptedExample(
                        ((Condition.Corruption) part.measurement().condition()).name() + " " + highest,
                        part.examples().get(0)))
                .toList();
    }

    /** Severity of a corruption in memory; 0 of anything else. */
    private static int severity(Measurement measurement) {
        return measurement.condition() instanceof Condition.Corruption corruption && !measurement.stored()
                ? corruption.severity()
                : 0;
    }
}

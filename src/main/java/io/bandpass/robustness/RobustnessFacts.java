package io.bandpass.robustness;

import io.bandpass.config.RobustnessConfig;
import io.bandpass.corrupt.CorruptionScale;
import io.bandpass.data.ImageSource;
import io.bandpass.machine.Environment;
import io.bandpass.robust.ClassSubset;
import io.bandpass.robust.Condition;
import io.bandpass.robust.Measurement;
import io.bandpass.text.Counts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What results were measured on and how, as it stands in each of their files. */
final class RobustnessFacts {
    /** With fewer, a single image is more than a point. */
    private static final int FEW_IMAGES = 100;

    private RobustnessFacts() {}

    /**
     * Returns names and values, before anything is measured.
     *
     * @param images as they are; empty if only stored sets are measured
     */
    static Map<String, String> of(
            RobustnessConfig config,
            List<EvaluatedClassifier> models,
            List<String> data,
            Optional<EvaluatedImages> images,
            StoredSets sets) {
        Map<String, String> facts = new LinkedHashMap<>();
        models.forEach(model -> facts.put("model " + model.name(), model.file().toString()));
        images.ifPresent(set -> {
            facts.put("data", String.join(", ", data));
            facts.put("images", images(set));
            models.forEach(model -> addKnown(facts, model, set));
        });
        facts.put(
                "preprocessing",
                models.stream()
                        .map(model -> model.preprocess().describe(model.imageSize()))
                        .distinct()
                        .collect(Collectors.joining("; ")));
        facts.put("seed", Long.toString(config.seed()));
        if (images.isPresent() && !config.corruptions().names().isEmpty()) {
            facts.put(
                    "corruptions",
                    "in memory, after the preprocessing, with the parameters of "
                            + models.stream()
                                    .map(EvaluatedClassifier::imageSize)
                                    .distinct()
                                    .map(side -> CorruptionScale.of(side, side).benchmark())
                                    .distinct()
                                    .collect(Collectors.joining(" and of ")));
        }
        facts.putAll(sets.facts());
        facts.put(
                "computed",
                "on " + models.get(0).deviceWord() + ", attacks in float32, all else with precision "
                        + config.computation().precision() + "; bandpass " + Environment.version());
        return facts;
    }

    private static String images(EvaluatedImages set) {
        int count = set.images().size();
        return Counts.of(count, "image")
                + (set.heldOut() ? ", held out" : ", not known to be held out")
                + (count < FEW_IMAGES
                        ? String.format(Locale.ROOT, "; each of them is %.1f per cent", 100.0 / count)
                        : "");
    }

    /** Adds what a model is measured on if it does not know all classes. */
    private static void addKnown(Map<String, String> facts, EvaluatedClassifier model, EvaluatedImages set) {
        ClassSubset subset = set.subset(model);
        int classes = set.images().classNames().size();
        if (subset.size() < classes) {
            facts.put(
                    "images for " + model.name(),
                    known(set, subset) + " of " + set.images().size() + ", as it knows " + subset.size() + " of the "
                            + classes + " classes");
        }
    }

    private static long known(EvaluatedImages set, ClassSubset subset) {
        ImageSource images = set.images();
        return IntStream.range(0, images.size())
                .filter(index -> subset.rank(images.label(index)).isPresent())
                .count();
    }

    /** Adds how many of the images could not be read, which is known once they were measured. */
    static void addUnreadable(
            Map<String, String> facts,
            List<EvaluatedClassifier> models,
            EvaluatedImages images,
            List<Measurement> measured) {
        long missing = models.stream()
                .flatMapToLong(model -> measured.stream()
                        .filter(one -> one.model().equals(model.name()) && one.condition() instanceof Condition.Clean)
                        .mapToLong(one -> known(images, images.subset(model)) - one.images()))
                .max()
                .orElse(0);
        if (missing > 0) {
            facts.put(
                    "unreadable",
                    missing + " of these images, which " + Counts.choose(missing, "is", "are") + " left out");
        }
    }
}

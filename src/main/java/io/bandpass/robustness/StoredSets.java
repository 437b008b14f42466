package io.bandpass.robustness;

import io.bandpass.config.RobustnessConfig;
import io.bandpass.data.DataException;
import io.bandpass.robust.Condition;
import io.bandpass.robust.ImageNetClasses;
import io.bandpass.text.Counts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Sets of images besides those that a model is attacked on: corrupted ones that others made, and other images. */
final class StoredSets {
    private static final Map<String, List<String>> CLASSES = Map.of(
            "ImageNet-A", ImageNetClasses.ofImageNetA(),
            "ImageNet-R", ImageNetClasses.ofImageNetR(),
            "ImageNet-Sketch", ImageNetClasses.all());

    private final RobustnessConfig config;
    private final Optional<StoredImages> corrupted;
    private final Map<String, EvaluatedImages> others = new LinkedHashMap<>();
    private final Map<String, String> facts = new LinkedHashMap<>();

    private StoredSets(RobustnessConfig config, Optional<CorruptedSet> corrupted) {
        this.config = config;
        this.corrupted = corrupted.map(set -> new StoredImages(
                set, config.images().limit(), config.seed(), config.images().maxBad()));
    }

    /**
     * Opens the sets.
     *
     * @param others folders with a folder for each class, by their names in results
     * @param models weights files
     * @throws DataException if one is not laid out as such sets are, or has other classes than its name says
     */
    static StoredSets open(
            RobustnessConfig config, Optional<Path> corrupted, Map<String, Path> others, List<Path> models)
            throws IOException {
        StoredSets sets = new StoredSets(
                config, corrupted.isEmpty() ? Optional.empty() : Optional.of(CorruptedSet.open(corrupted.get())));
        corrupted.ifPresent(folder -> sets.facts.put(
                "stored set of corrupted images",
                folder
                        + (config.images().limit().isPresent()
                                ? ", of which " + config.images().limit().getAsInt()
                                        + " images at most are drawn for each corruption; they need not be those that are"
                                        + " measured as they are"
                                : "")
                        + "; that no model was trained on them is not checked"));
        for (Map.Entry<String, Path> other : others.entrySet()) {
            EvaluatedImages images =
                    EvaluatedImages.open(config, List.of(other.getValue().toString()), models);
            checkClasses(other.getKey(), other.getValue(), images.images().classNames());
            sets.others.put(other.getKey(), images);
            sets.facts.put(
                    other.getKey(),
                    Counts.of(images.images().size(), "image") + " of "
                            + Counts.of(images.images().classNames().size(), "class") + " in " + other.getValue());
        }
        return sets;
    }

    private static void checkClasses(String name, Path folder, List<String> found) {
        List<String> published = CLASSES.getOrDefault(name, found);
        if (!new TreeSet<>(published).equals(new TreeSet<>(found))) {
            throw new DataException(folder + " has " + Counts.of(found.size(), "class") + ", but not exactly the "
                    + published.size() + " of " + name + "; for other images, or some of them, give --other-set");
        }
    }

    /**
     * Returns what is measured on them.
     *
     * @param usual the images as they are, for the comparison of the same classes
     */
    List<Part> parts(Optional<EvaluatedImages> usual) {
        int batchSize = config.computation().batchSize();
        List<Part> parts = new ArrayList<>();
        others.forEach((name, images) -> parts.add(new OtherSetPart(
                name, new ImageLoop(images, batchSize), usual.map(set -> new ImageLoop(set, batchSize)))));
        corrupted.ifPresent(stored -> {
            for (Condition.Corruption corruption : stored.set().corruptions()) {
                if (config.corruptions().severities().contains(corruption.severity())) {
                    parts.add(new StoredCorruptionPart(stored, corruption, batchSize));
                }
            }
        });
        return parts;
    }

    /** Name and path of each set, for results. */
    Map<String, String> facts() {
        return facts;
    }

    /** Name and reason of each image that was not readable so far. */
    Map<String, String> unreadable() {
        Map<String, String> all =
                new LinkedHashMap<>(corrupted.map(StoredImages::unreadable).orElse(Map.of()));
        others.values().forEach(images -> all.putAll(images.unreadable().reasons()));
        return all;
    }

    List<String> notices() {
        List<String> notices =
                new ArrayList<>(corrupted.map(stored -> stored.set().notices()).orElse(List.of()));
        others.values().forEach(images -> notices.addAll(images.notices()));
        return notices;
    }
}

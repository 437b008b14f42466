package io.bandpass.robustness;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigException;
import io.bandpass.config.RobustnessConfig;
import io.bandpass.data.DataException;
import io.bandpass.format.FolderLock;
import io.bandpass.report.ShownPart;
import io.bandpass.robust.Measurement;
import io.bandpass.robust.RobustnessSummary;
import io.bandpass.text.Counts;
import io.bandpass.torch.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.bytedeco.pytorch.Device;

/**
 * Measures how classifiers do on changed images: {@code new
 * Robustness(config).model(run).data("photos").out(folder).run(progress, stop)}. Finished parts are kept in the folder,
 * and not measured again by the same call. All failures are {@link BandpassException}s.
 */
public final class Robustness {
    private static final String WEIGHTS = "weights";

    /**
     * What was measured.
     *
     * @param complete false if the user ended it
     * @param unreadable name and reason of each skipped image
     * @param notices sentences about images left out and images that a model was trained on
     */
    public record Result(
            boolean complete,
            List<Measurement> measurements,
            List<RobustnessSummary> summary,
            Map<String, String> unreadable,
            List<String> notices) {}

    /** What is done with the folder for results locked. */
    @FunctionalInterface
    public interface Work {
        /** Returns an exit code. */
        int run() throws IOException;
    }

    /** Follows the work. */
    public interface Progress extends RobustnessRunner.Progress {
        /** Takes a sentence about what is measured, before the work begins. */
        void says(String sentence);

        /** Takes a sentence about what makes a result doubtful. */
        default void doubts(String sentence) {
            says(sentence);
        }
    }

    private final RobustnessConfig config;
    private final List<Path> models = new ArrayList<>();
    private final List<String> data = new ArrayList<>();
    private final Map<String, Path> otherSets = new LinkedHashMap<>();
    private Optional<Path> corruptedSet = Optional.empty();
    private Path out = Path.of("robustness");
    private WorkShare share = WorkShare.ALL;
    private Optional<Path> savedImages = Optional.empty();
    private Optional<Path> savedTensors = Optional.empty();

    public Robustness(RobustnessConfig config) {
        this.config = config;
    }

    /** Adds a classifier: a file, a run folder, or a folder that {@code import} wrote. */
    public Robustness model(Path weights) {
        models.add(weights);
        return this;
    }

    /** Adds labelled images. Without any, those that the first model was trained on are meant, less those it has seen. */
    public Robustness data(String path) {
        data.add(path);
        return this;
    }

    /** Adds a stored set of corrupted images, in the layout of ImageNet-C or CIFAR-10-C. */
    public Robustness corruptedSet(Path folder) {
        corruptedSet = Optional.of(folder);
        return this;
    }

    /**
     * Adds other labelled images, which are classified among the classes that they have.
     *
     * @param name in results; {@code ImageNet-A}, {@code ImageNet-R} and {@code ImageNet-Sketch} must have exactly the
     *     published classes
     */
    public Robustness otherSet(String name, Path folder) {
        if (otherSets.putIfAbsent(name, folder) != null) {
            throw new ConfigException("there are two sets named " + name + "; give one of the folders another name");
        }
        return this;
    }

    /** Sets the folder for results. */
    public Robustness out(Path folder) {
        out = folder;
        return this;
    }

    /** Saves all images that are not of bands or frequencies as PNG files in this folder, as the models see them. */
    public Robustness saveImages(Path folder) {
        savedImages = Optional.of(folder);
        return this;
    }

    /** Saves the same images as a safetensors file, with their logits and labels; see docs/robustness.md. */
    public Robustness saveTensors(Path file) {
        savedTensors = Optional.of(file);
        return this;
    }

    /**
     * Restricts the work to the share of one of several processes, which keep what they measure in the same folder. Only
     * a call without this writes the results.
     *
     * @param job number of the process, from 0
     * @param jobs number of processes
     */
    public Robustness share(int job, int jobs) {
        share = new WorkShare(job, jobs);
        return this;
    }

    /**
     * Measures what is not measured yet, or has images that are to be saved, and writes the results.
     *
     * @param stop asked between batches; true ends the work
     */
    public Result run(Progress progress, BooleanSupplier stop) throws IOException {
        if (models.isEmpty()) {
            throw new ConfigException("no classifier is named: give --run or --weights");
        }
        Engine.start(config.computation().threads().orElseGet(Engine::physicalCores));
        Device device = Engine.device(config.computation().device());
        List<EvaluatedClassifier> opened = new ArrayList<>();
        try {
            List<String> names = names();
            for (int i = 0; i < models.size(); i++) {
                opened.add(EvaluatedClassifier.open(
                        names.get(i),
                        models.get(i),
                        device,
                        config.computation().precision(),
                        config.images().preprocess()));
            }
            return run(opened, progress, stop);
        } finally {
            opened.forEach(EvaluatedClassifier::close);
        }
    }

    /**
     * Reads what was measured from a folder with results.
     *
     * @throws DataException if its results.json is damaged
     */
    public static List<Measurement> measurements(Path folder) throws IOException {
        return RobustnessFiles.read(folder);
    }

    private Result run(List<EvaluatedClassifier> opened, Progress progress, BooleanSupplier stop) throws IOException {
        Optional<EvaluatedImages> images = images(opened, progress);
        StoredSets sets = StoredSets.open(config, corruptedSet, otherSets, models(opened));
        List<Part> parts = new ArrayList<>();
        if (images.isPresent()) {
            parts.addAll(PartList.of(config, images.get(), progress::doubts));
        }
        parts.addAll(sets.parts(images));
        opened.forEach(model -> parts.forEach(part -> part.check(model)));
        if (share.jobs() > 1) {
            return measure(opened, images, sets, parts, progress, stop);
        }
        Map<Path, String> first = new HashMap<>();
        for (EvaluatedClassifier model : opened) {
            String same = first.putIfAbsent(model.file(), model.name());
            if (same != null) {
                progress.doubts(model.name() + " is the same file as " + same + ": " + model.file());
            }
        }
        try (FolderLock lock = lock()) {
            return measure(opened, images, sets, parts, progress, stop);
        }
    }

    private Result measure(
            List<EvaluatedClassifier> opened,
            Optional<EvaluatedImages> images,
            StoredSets sets,
            List<Part> parts,
            Progress progress,
            BooleanSupplier stop)
            throws IOException {
        Map<String, String> facts = RobustnessFacts.of(config, opened, paths(opened), images, sets);
        facts.forEach((name, value) -> progress.says(name + ": " + value));
        PartStore store = new PartStore(out.resolve("parts"));
        List<Measurement> measured = new ArrayList<>();
        List<ShownPart> shown = new ArrayList<>();
        boolean complete;
        try (SavedOutputs saved = SavedOutputs.open(savedImages, savedTensors, opened, parts, images)) {
            RobustnessRunner runner = new RobustnessRunner(store, share, saved.keepers(), progress, stop);
            try {
                runner.run(opened, parts, config.computation().precision(), measured, shown);
                complete = true;
            } catch (Watch.StoppedException stopped) {
                complete = false;
                facts.put(
                        "not finished",
                        "interrupted, with " + runner.finished() + " of "
                                + Counts.of((long) opened.size() * parts.size(), "part")
                                + " measured; the same command goes on");
            }
        }
        images.ifPresent(set -> RobustnessFacts.addUnreadable(facts, opened, set, measured));
        if (share.jobs() == 1) {
            RobustnessFiles.write(out, facts, measured, shown);
        }
        Map<String, String> unreadable = new LinkedHashMap<>();
        images.ifPresent(set -> unreadable.putAll(set.unreadable().reasons()));
        unreadable.putAll(sets.unreadable());
        List<String> notices = new ArrayList<>();
        images.ifPresent(set -> notices.addAll(set.notices()));
        notices.addAll(sets.notices());
        return new Result(
                complete, List.copyOf(measured), RobustnessSummary.of(measured), unreadable, List.copyOf(notices));
    }

    /**
     * Does something with the folder for results locked, as {@link #run} locks it: for processes that measure shares of
     * the work, and do not lock it themselves.
     *
     * @return what the work returns
     * @throws ConfigException if another process is writing into it, or it cannot be made
     */
    public int locked(Work work) throws IOException {
        try (FolderLock lock = lock()) {
            return work.run();
        }
    }

    private FolderLock lock() {
        try {
            return FolderLock.tryLock(out)
                    .orElseThrow(() -> new ConfigException("another process is writing into " + out
                            + "; wait until it ends, or choose another folder for results"));
        } catch (IOException e) {
            throw new ConfigException("the folder " + out + " for results cannot be made; name another");
        }
    }

    private static List<Path> models(List<EvaluatedClassifier> opened) {
        return opened.stream().map(EvaluatedClassifier::file).toList();
    }

    private List<String> paths(List<EvaluatedClassifier> opened) {
        return data.isEmpty() ? opened.get(0).weights().data().paths() : data;
    }

    /** Returns the images as they are; empty if only sets were named. */
    private Optional<EvaluatedImages> images(List<EvaluatedClassifier> opened, Progress progress) throws IOException {
        List<String> paths = paths(opened);
        for (String path : paths) {
            if (CorruptedSet.isIn(path)) {
                throw new DataException(path + " is a set of corrupted images; give it with --corrupted-set, and the"
                        + " images as they are with --data");
            }
        }
        if (paths.isEmpty() && (corruptedSet.isPresent() || !otherSets.isEmpty())) {
            progress.says("no images as they are: " + opened.get(0).file() + " names none, and there is no --data, so"
                    + " only stored sets are measured");
            return Optional.empty();
        }
        if (paths.isEmpty()) {
            throw new DataException(opened.get(0).file() + " does not name the images that it was trained on; give"
                    + " labelled images with --data");
        }
        return Optional.of(EvaluatedImages.open(config, paths, models(opened)));
    }

    /** Returns a name for each model: that of its run or file, told apart by a number where two are the same. */
    private List<String> names() {
        List<String> names = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (Path model : models) {
            String plain = name(model);
            String name = plain;
            for (int number = 2; !taken.add(name); number++) {
                name = plain + "-" + number;
            }
            names.add(name);
        }
        return names;
    }

    private static String name(Path model) {
        Path absolute = model.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        Path run = parent != null && parent.endsWith(WEIGHTS) ? parent.getParent() : null;
        return String.valueOf((run == null ? absolute : run).getFileName())
                .replaceFirst("\\.(safetensors|pth|pt)$", "");
    }
}

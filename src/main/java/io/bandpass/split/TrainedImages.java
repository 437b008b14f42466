package io.bandpass.split;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.data.Datasets;
import io.bandpass.data.HoldOut;
import io.bandpass.data.ImageSource;
import io.bandpass.data.SplitKeys;
import io.bandpass.data.SplitRule;
import io.bandpass.format.AtomicFiles;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import io.bandpass.machine.Environment;
import io.bandpass.text.Counts;
import io.bandpass.torch.Tensors;
import io.bandpass.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * The image sets that weights were trained on, each with its held-out part, which is needed for an honest held-out
 * accuracy. Weights name the sets in their header ({@link Split}); the run folder lists the individual images.
 *
 * @param source source of the weights, for messages
 * @param sets the sets, the latest first
 */
public record TrainedImages(String source, List<Divided> sets) {
    /** Metadata key of the splits in weights and in the split file of a run folder. */
    static final String SPLITS = "splits";

    /** No sets: weights that Bandpass did not train. */
    public static final TrainedImages NONE = new TrainedImages("", List.of());

    private static final List<String> KEYS = List.of(
            "train.places", "held-out.places", "train.names", "held-out.names", "sample.names", "sample.contents");

    /**
     * An image set with its split.
     *
     * @param keys keys that identify its images; empty if unknown
     */
    public record Divided(Split split, Optional<SplitKeys> keys) {
        /** Returns the set of images that are already split. */
        static Divided of(SplitRule rule, Datasets data, boolean labels) {
            SplitKeys keys = SplitKeys.of(
                    data.train(), data.heldOut().orElseGet(() -> data.train().select(new int[0])));
            return new Divided(Split.of(rule, keys, labels), Optional.of(keys));
        }

        /**
         * Returns to which part of this set each of these images belongs; empty if that cannot be determined. If the
         * individual images are unknown, splits these by the rule and compares the digest.
         */
        Optional<byte[]> match(ImageSource images, boolean named) {
            return keys.or(() -> named ? Optional.empty() : drawnAgain(images))
                    .map(known -> known.match(images, named));
        }

        /** Whether these are the images of this set, with the same split. */
        boolean isDividedAs(ImageSource train, ImageSource heldOut) {
            return SplitKeys.of(train, heldOut).digest().equals(split.digest());
        }

        /**
         * Whether its held-out images were chosen individually and are unknown here: only the run folder lists them.
         */
        public boolean needsItsFolder() {
            return keys.isEmpty() && split.rule().kind() == SplitRule.Kind.LISTED;
        }

        /** Returns the message for {@link #needsItsFolder}. */
        public static String knownOnlyThere(String source) {
            return source
                    + " held out single images, which are known only in its run folder: take the weights there, or"
                    + " give images with `data`, or with `train` and `test`";
        }

        /** Returns the message for images of which it is unknown whether they belong to this set. */
        String notKnown(String source) {
            return String.format(
                    Locale.ROOT,
                    "%s was trained with the labels of %s, and away from its run folder it cannot be told whether they are among these: if they are, the accuracy is too high",
                    source,
                    split.images() == 0 ? "images" : Counts.of(split.images(), "image"));
        }

        private Optional<SplitKeys> drawnAgain(ImageSource all) {
            if (split.images() != all.size()) {
                return Optional.empty();
            }
            int[] heldOut = split.rule().draw(all);
            int[] rest = IntStream.range(0, all.size())
                    .filter(i -> Arrays.binarySearch(heldOut, i) < 0)
                    .toArray();
            return Optional.of(SplitKeys.of(all.select(rest), all.select(heldOut)))
                    .filter(drawn -> drawn.digest().equals(split.digest()));
        }
    }

    /**
     * Returns the images that weights were trained on.
     *
     * @param weights a file, a run folder, or a folder that {@code import} wrote
     */
    public static TrainedImages ofWeights(Path weights) throws IOException {
        try (WeightsFile file = WeightsFile.ofClassifier(weights)) {
            return of(file, weights);
        }
    }

    private static TrainedImages of(WeightsFile file, Path weights) throws IOException {
        String json = file.metadata().get(SPLITS);
        Optional<RunFolder> run = runFolder(file.path());
        String source = run.map(folder -> folder.root().toString()).orElse(weights.toString());
        if (json == null) {
            return OldSplits.of(file, source);
        }
        List<Split> splits = Split.fromJson(json, file.path().toString());
        Map<String, SplitKeys> keys = new LinkedHashMap<>();
        if (run.isPresent() && Files.isRegularFile(run.get().split())) {
            for (Divided set : read(run.get().split(), source).sets()) {
                set.keys().ifPresent(known -> keys.put(set.split().digest(), known));
            }
        }
        return new TrainedImages(
                source,
                splits.stream()
                        .map(split -> new Divided(split, Optional.ofNullable(keys.get(split.digest()))))
                        .toList());
    }

    /** Returns the run folder that contains a weights file, if any. */
    static Optional<RunFolder> runFolder(Path file) {
        Path folder = file.getParent();
        if (folder == null || folder.getParent() == null) {
            folder = file.toAbsolutePath().getParent();
        }
        if (folder == null || folder.getParent() == null || !folder.endsWith("weights")) {
            return Optional.empty();
        }
        return Optional.of(new RunFolder(folder.getParent())).filter(run -> Files.isRegularFile(run.command()));
    }

    /**
     * Reads the split file of a run folder.
     *
     * @throws WeightsException if it is damaged
     */
    public static TrainedImages read(Path file, String source) throws IOException {
        try (PointerScope scope = new PointerScope();
                TensorFile tensors = Safetensors.read(file)) {
            String json = String.valueOf(tensors.metadata().get(SPLITS));
            List<Split> splits = Split.fromJson(json, file.toString());
            List<Divided> sets = new ArrayList<>();
            for (int i = 0; i < splits.size(); i++) {
                sets.add(new Divided(splits.get(i), keys(tensors, i, splits.get(i))));
            }
            return new TrainedImages(source, sets);
        }
    }

    private static Optional<SplitKeys> keys(TensorFile file, int set, Split split) {
        String prefix = set + ".";
        if (file.names().stream().noneMatch(name -> name.startsWith(prefix))) {
            return Optional.empty();
        }
        long[][] keys = new long[KEYS.size()][];
        for (int k = 0; k < keys.length; k++) {
            Tensor stored = file.find(prefix + KEYS.get(k));
            keys[k] = stored == null ? new long[0] : Tensors.toLongs(stored);
        }
        SplitKeys all = new SplitKeys(keys[0], keys[1], keys[2], keys[3], keys[4], keys[5]);
        if (!all.digest().equals(split.digest())) {
            throw new WeightsException(file.source() + " is damaged: it does not hold the images that it says");
        }
        return Optional.of(all);
    }

    /** Writes the split file of a run folder. */
    void write(Path file) throws IOException {
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (int i = 0; i < sets.size(); i++) {
                if (sets.get(i).keys().isEmpty()) {
                    continue;
                }
                SplitKeys keys = sets.get(i).keys().get();
                long[][] all = {
                    keys.trainPlaces(),
                    keys.heldOutPlaces(),
                    keys.trainNames(),
                    keys.heldOutNames(),
                    keys.sampleNames(),
                    keys.sampleContents()
                };
                for (int k = 0; k < all.length; k++) {
                    if (all[k].length > 0) {
                        tensors.put(i + "." + KEYS.get(k), Tensors.ofLongs(all[k], all[k].length));
                    }
                }
            }
            Map<String, String> metadata = Map.of(
                    "producer",
                    "bandpass " + Environment.version(),
                    SPLITS,
                    Split.toJson(sets.stream().map(Divided::split).toList()));
            AtomicFiles.write(file, staging -> Safetensors.write(staging, tensors, metadata));
        }
    }

    /**
     * Returns these sets with a newly trained set in front.
     *
     * @param rule rule by which it was split; a known rule for the same images with the same split takes precedence
     * @param labels whether training uses its labels
     */
    public TrainedImages and(SplitRule rule, Datasets data, boolean labels) {
        Divided now = Divided.of(rule, data, labels);
        SplitRule first = sets.stream()
                .map(Divided::split)
                .filter(split -> split.digest().equals(now.split().digest()))
                .findFirst()
                .map(Split::rule)
                .orElse(rule);
        return and(new Divided(Split.of(first, now.keys().orElseThrow(), labels), now.keys()));
    }

    /** Returns these sets with a newly trained set in front; a set that was already known is listed only once. */
    public TrainedImages and(Divided latest) {
        List<Divided> all = new ArrayList<>();
        all.add(latest);
        sets.stream()
                .filter(set -> !set.split().digest().equals(latest.split().digest())
                        || (set.split().labels() && !latest.split().labels()))
                .forEach(all::add);
        return new TrainedImages(source, List.copyOf(all));
    }

    /** Returns the metadata for the header of weights; empty if there are no sets. */
    public Map<String, String> metadata() {
        return sets.isEmpty()
                ? Map.of()
                : Map.of(SPLITS, Split.toJson(sets.stream().map(Divided::split).toList()));
    }

    /** Returns the choice of held-out images for these weights, or for weights initialised from them. */
    public HoldOut holdOut(SplitRule rule) {
        return sets.isEmpty() ? rule : new HonestHoldOut(this, rule, false);
    }

    /** As {@link #holdOut}, but for the weights' own training data. */
    public HoldOut ofItsRun(SplitRule rule) {
        return sets.isEmpty() ? rule : new HonestHoldOut(this, rule, true);
    }
}

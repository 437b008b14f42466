package io.bandpass.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.bandpass.format.AtomicFiles;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import io.bandpass.text.Json;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;

/**
 * Checkpoints of a run: folders {@code step-N}, of which the newest few and the best are kept, and the links
 * {@code last} and {@code best}. A folder appears atomically and records whether it was the best when saved. The links
 * are only for convenience; they are recreated from the folders if a process was killed before it made them.
 */
public final class Checkpoints {
    /** A checkpoint on disk. */
    public record Saved(Path folder, TrainingState state) {
        /**
         * Reads the tensors of the model.
         *
         * @throws WeightsException if they are damaged
         */
        public TensorFile model() throws IOException {
            return tensors(MODEL);
        }

        /**
         * Reads the optimizer state.
         *
         * @throws WeightsException if they are damaged
         */
        public TensorFile optimizer() throws IOException {
            return tensors(OPTIMIZER);
        }

        /**
         * Checks that both files are complete by their headers, without reading the tensors.
         *
         * @throws WeightsException if one is damaged
         */
        public void check() throws IOException {
            for (String name : List.of(MODEL, OPTIMIZER)) {
                try {
                    Safetensors.readMetadata(folder.resolve(name));
                } catch (WeightsException e) {
                    throw Checkpoints.damaged(folder, String.valueOf(e.getMessage()));
                }
            }
        }

        /** Whether Bandpass 0.1.0 saved it, which does not record whether a checkpoint was the best. */
        public boolean isOfFirstVersion() throws IOException {
            return !row(folder).has(BEST);
        }

        /** Returns the exception for unusable content. */
        public WeightsException damaged(String what) {
            return Checkpoints.damaged(folder, folder + " " + what);
        }

        private TensorFile tensors(String name) throws IOException {
            try {
                return Safetensors.read(folder.resolve(name));
            } catch (WeightsException e) {
                throw Checkpoints.damaged(folder, String.valueOf(e.getMessage()));
            }
        }
    }

    private static final String LAST = "last";
    /**
     * Name of a link and, except in version 0.1.0, of the state key that says whether the model was the best so far.
     */
    private static final String BEST = "best";

    /** State key that earlier builds do not write. */
    private static final String SETTLED = "settledStep";

    private static final String PREFIX = "step-";
    private static final String MODEL = "model.safetensors";
    private static final String OPTIMIZER = "optimizer.safetensors";
    private static final String STATE = "state.json";
    private static final String CONFIG = "config.resolved.yaml";
    private static final ObjectMapper JSON = Json.mapper()
            .registerModule(new Jdk8Module())
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Path folder;
    private final int keep;

    /**
     * Creates the checkpoints of a folder.
     *
     * @param keep number of newest checkpoints to keep
     */
    public Checkpoints(Path folder, int keep) {
        this.folder = folder;
        this.keep = keep;
    }

    /**
     * Writes a checkpoint; if the step already has one, only records whether it is the best.
     *
     * @param best whether this is the best so far
     * @return the folder of the checkpoint
     * @throws IOException if the disk is full or not writable; older checkpoints are untouched
     */
    public Path save(
            TrainingState state, Map<String, Tensor> model, Map<String, Tensor> optimizer, String config, boolean best)
            throws IOException {
        Path target = folder.resolve(PREFIX + state.step());
        if (!Files.isDirectory(target)) {
            AtomicFiles.writeFolder(target, staging -> {
                Safetensors.write(staging.resolve(MODEL), model, Map.of());
                Safetensors.write(staging.resolve(OPTIMIZER), optimizer, Map.of());
                ObjectNode row = JSON.valueToTree(state);
                Files.writeString(staging.resolve(STATE), JSON.writeValueAsString(row.put(BEST, best)));
                Files.writeString(staging.resolve(CONFIG), config);
            });
        } else if (best) {
            ObjectNode row = row(target);
            AtomicFiles.writeText(target.resolve(STATE), JSON.writeValueAsString(row.put(BEST, true)));
        }
        makeLinks();
        prune();
        return target;
    }

    /** Creates missing links and corrects those that disagree with the folders. */
    private void makeLinks() throws IOException {
        Optional<Path> newest = newestFolder();
        if (newest.isPresent()) {
            point(LAST, newest.get());
        }
        Optional<Path> best = bestFolder();
        if (best.isPresent()) {
            point(BEST, best.get());
        } else {
            Files.deleteIfExists(folder.resolve(BEST));
        }
    }

    /**
     * Returns the newest checkpoint, if any. Completes or removes what a killed process left unfinished.
     *
     * @throws WeightsException if it is damaged; does not fall back to an older one, which would lose steps silently
     */
    public Optional<Saved> newest() throws IOException {
        AtomicFiles.clean(folder);
        Optional<Path> newest = newestFolder();
        if (newest.isEmpty()) {
            return Optional.empty();
        }
        Saved saved = open(newest.get());
        makeLinks();
        return Optional.of(saved);
    }

    /** Returns the folder of the newest checkpoint, if any, without opening it. */
    public Optional<Path> newestFolder() throws IOException {
        List<Path> all = all();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    /**
     * Returns the best checkpoint, if one was recorded and still exists.
     *
     * @throws WeightsException if it is damaged
     */
    public Optional<Saved> best() throws IOException {
        Optional<Path> best = bestFolder();
        return best.isEmpty() ? Optional.empty() : Optional.of(open(best.get()));
    }

    /** Returns the newest checkpoint that was the best when saved; no later one was better. */
    private Optional<Path> bestFolder() throws IOException {
        String linked = target(BEST);
        List<Path> all = all();
        for (int i = all.size() - 1; i >= 0; i--) {
            if (String.valueOf(all.get(i).getFileName()).equals(linked) || wasBest(all.get(i))) {
                return Optional.of(all.get(i));
            }
        }
        return Optional.empty();
    }

    private static boolean wasBest(Path checkpoint) throws IOException {
        try {
            return row(checkpoint).path(BEST).asBoolean();
        } catch (WeightsException e) {
            // A damaged one does not count as best; it is rejected when it is needed.
            return false;
        }
    }

    private static Saved open(Path checkpoint) throws IOException {
        ObjectNode row = row(checkpoint);
        row.remove(BEST);
        if (!row.has(SETTLED)) {
            row.put(SETTLED, row.path("step").asLong() - 1);
        }
        Path file = checkpoint.resolve(STATE);
        try {
            TrainingState state = JSON.treeToValue(row, TrainingState.class);
            if (state.step() != stepOf(checkpoint)) {
                throw damaged(checkpoint, file + " is not of this step");
            }
            return new Saved(checkpoint, state);
        } catch (JsonProcessingException e) {
            throw damaged(checkpoint, file + " is damaged");
        }
    }

    /** Returns the state of a checkpoint as JSON. */
    private static ObjectNode row(Path checkpoint) throws IOException {
        Path file = checkpoint.resolve(STATE);
        try {
            if (JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode row) {
                return row;
            }
            throw damaged(checkpoint, file + " is damaged");
        } catch (JsonProcessingException | CharConversionException e) {
            throw damaged(checkpoint, file + " is damaged");
        } catch (NoSuchFileException e) {
            throw damaged(checkpoint, file + " is not there");
        }
    }

    private static WeightsException damaged(Path checkpoint, String what) {
        return new WeightsException(
                what + "; remove " + checkpoint + " to resume from the checkpoint before it, or from the start");
    }

    /** Returns the checkpoint folders, oldest first. */
    private List<Path> all() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> String.valueOf(file.getFileName()).matches(PREFIX + "\\d{1,18}"))
                    .filter(Files::isDirectory)
                    .sorted(Comparator.comparingLong(Checkpoints::stepOf))
                    .toList();
        }
    }

    private static long stepOf(Path checkpoint) {
        return Long.parseLong(String.valueOf(checkpoint.getFileName()).substring(PREFIX.length()));
    }

    private void prune() throws IOException {
        List<Path> all = all();
        Optional<Path> best = bestFolder();
        for (Path old : all.subList(0, Math.max(0, all.size() - keep))) {
            if (!best.equals(Optional.of(old))) {
                AtomicFiles.removeFolder(old);
            }
        }
    }

    private void point(String name, Path target) throws IOException {
        String relative = String.valueOf(target.getFileName());
        if (target(name).equals(relative)) {
            return;
        }
        Path staging = folder.resolve(".writing-" + name);
        Files.deleteIfExists(staging);
        try {
            Files.createSymbolicLink(staging, Path.of(relative));
        } catch (UnsupportedOperationException | IOException e) {
            // On Windows only some users may create links; a small file with the name replaces them.
            AtomicFiles.writeText(folder.resolve(name), relative);
            return;
        }
        Files.move(staging, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        AtomicFiles.forceFolder(folder);
    }

    /** Returns the target of a link, or of the file in its place; empty if there is neither. */
    private String target(String name) throws IOException {
        Path link = folder.resolve(name);
        try {
            return Files.isSymbolicLink(link)
                    ? Files.readSymbolicLink(link).toString()
                    : new String(Files.readAllBytes(link), StandardCharsets.UTF_8).strip();
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}

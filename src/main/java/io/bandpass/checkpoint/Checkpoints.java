package io.bandpass.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
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
 * The checkpoints of a run: folders {@code step-N}, of which the newest few and the best stay, and the links
 * {@code last} and {@code best}. A folder appears whole or not at all.
 */
public final class Checkpoints {
    /** A checkpoint on the disk. */
    public record Saved(Path folder, TrainingState state) {
        /**
         * The tensors of the model.
         *
         * @throws WeightsException if they are damaged
         */
        public TensorFile model() throws IOException {
            return tensors(MODEL);
        }

        /**
         * The moments of the optimizer.
         *
         * @throws WeightsException if they are damaged
         */
        public TensorFile optimizer() throws IOException {
            return tensors(OPTIMIZER);
        }

        private TensorFile tensors(String name) throws IOException {
            try {
                return Safetensors.read(folder.resolve(name));
            } catch (WeightsException e) {
                throw damaged(folder, String.valueOf(e.getMessage()));
            }
        }
    }

    private static final String BEST = "best";
    private static final String PREFIX = "step-";
    private static final String MODEL = "model.safetensors";
    private static final String OPTIMIZER = "optimizer.safetensors";
    private static final String STATE = "state.json";
    private static final String CONFIG = "config.resolved.yaml";
    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new Jdk8Module())
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Path folder;
    private final int keep;

    /**
     * Checkpoints in a folder.
     *
     * @param keep how many of the newest stay
     */
    public Checkpoints(Path folder, int keep) {
        this.folder = folder;
        this.keep = keep;
    }

    /**
     * Writes a checkpoint; nothing happens if the step has one.
     *
     * @param best whether it is the best so far
     * @return its folder
     * @throws IOException if the disk is full or cannot be written; older checkpoints are untouched
     */
    public Path save(
            TrainingState state, Map<String, Tensor> model, Map<String, Tensor> optimizer, String config, boolean best)
            throws IOException {
        Path target = folder.resolve(PREFIX + state.step());
        if (!Files.isDirectory(target)) {
            AtomicFiles.writeFolder(target, aside -> {
                Safetensors.write(aside.resolve(MODEL), model, Map.of());
                Safetensors.write(aside.resolve(OPTIMIZER), optimizer, Map.of());
                Files.writeString(aside.resolve(STATE), JSON.writeValueAsString(state));
                Files.writeString(aside.resolve(CONFIG), config);
            });
        }
        point("last", target);
        if (best) {
            point(BEST, target);
        }
        prune();
        return target;
    }

    /**
     * The newest checkpoint, if there is one.
     *
     * @throws WeightsException if it is damaged; an older one is not taken instead, because steps would be lost unseen
     */
    public Optional<Saved> newest() throws IOException {
        AtomicFiles.clean(folder);
        List<Path> all = all();
        return all.isEmpty() ? Optional.empty() : Optional.of(open(all.get(all.size() - 1)));
    }

    /** The folder of the newest checkpoint, if there is one; it is not opened. */
    public Optional<Path> newestFolder() throws IOException {
        List<Path> all = all();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    /**
     * The best checkpoint, if one was called so and is still there.
     *
     * @throws WeightsException if it is damaged
     */
    public Optional<Saved> best() throws IOException {
        Path best = target(BEST);
        return best.toString().isEmpty() || !Files.isDirectory(folder.resolve(best))
                ? Optional.empty()
                : Optional.of(open(folder.resolve(best)));
    }

    private static Saved open(Path checkpoint) throws IOException {
        Path file = checkpoint.resolve(STATE);
        try {
            TrainingState state = JSON.readValue(Files.readAllBytes(file), TrainingState.class);
            if (state == null || state.step() != stepOf(checkpoint)) {
                throw damaged(checkpoint, file + " is not of this step");
            }
            return new Saved(checkpoint, state);
        } catch (JsonProcessingException e) {
            throw damaged(checkpoint, file + " is damaged");
        } catch (NoSuchFileException e) {
            throw damaged(checkpoint, file + " is not there");
        }
    }

    private static WeightsException damaged(Path checkpoint, String what) {
        return new WeightsException(
                what + "; remove " + checkpoint + " to resume from the checkpoint before it, or from the start");
    }

    /** Folders of checkpoints, the oldest first. */
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
        Path best = target(BEST);
        for (Path old : all.subList(0, Math.max(0, all.size() - keep))) {
            if (!old.getFileName().equals(best)) {
                AtomicFiles.removeFolder(old);
            }
        }
    }

    private void point(String name, Path target) throws IOException {
        Path aside = folder.resolve(".writing-" + name);
        Files.deleteIfExists(aside);
        Path relative = folder.relativize(target);
        try {
            Files.createSymbolicLink(aside, relative);
        } catch (UnsupportedOperationException | IOException e) {
            // Windows gives links only to some users: there a small file holds the name.
            Files.writeString(aside, relative.toString());
        }
        Files.move(aside, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path target(String name) throws IOException {
        Path link = folder.resolve(name);
        try {
            return Files.isSymbolicLink(link) ? Files.readSymbolicLink(link) : Path.of(Files.readString(link));
        } catch (NoSuchFileException e) {
            return Path.of("");
        }
    }
}

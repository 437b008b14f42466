package io.bandpass;

import io.bandpass.checkpoint.AtomicFiles;
import io.bandpass.checkpoint.RunFolder;
import io.bandpass.checkpoint.Safetensors;
import io.bandpass.checkpoint.TensorFile;
import io.bandpass.checkpoint.WeightsException;
import io.bandpass.checkpoint.WeightsLoader;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.RunConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.nn.NamedTensor;
import io.bandpass.pretext.PretextTask;
import io.bandpass.train.Learner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;

/** The two weights files of a run: the encoder alone, and the full model. Each says in its header which it is. */
final class StoredModel {
    private static final String KIND = "kind";
    private static final String CONFIG = "config";
    private static final String ENCODER = "encoder";
    private static final String FULL = "full";
    private static final String ENCODER_PREFIX = "encoder.";

    private StoredModel() {}

    /** Writes both files, and both of the moving average where there is one. */
    static void write(Learner learner, RunConfig config, String recipe, long step, RunFolder folder)
            throws IOException {
        Map<String, String> encoder = metadata(ENCODER, config, recipe, step);
        Map<String, String> full = metadata(FULL, config, recipe, step);
        Files.createDirectories(folder.weights(""));
        save(
                folder.weights("encoder.safetensors"),
                byName(learner.task().encoder().state()),
                encoder);
        save(folder.weights("full.safetensors"), byName(learner.task().state()), full);
        if (learner.average().isPresent()) {
            Map<String, Tensor> averages = byName(learner.average().get().averages());
            Map<String, Tensor> ofEncoder = new LinkedHashMap<>();
            averages.forEach((name, tensor) -> {
                if (name.startsWith(ENCODER_PREFIX)) {
                    ofEncoder.put(name.substring(ENCODER_PREFIX.length()), tensor);
                }
            });
            save(folder.weights("encoder-ema.safetensors"), ofEncoder, encoder);
            save(folder.weights("full-ema.safetensors"), averages, full);
        }
    }

    private static void save(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        AtomicFiles.write(file, aside -> Safetensors.write(aside, tensors, metadata));
    }

    private static Map<String, String> metadata(String kind, RunConfig config, String recipe, long step) {
        int grid = config.encoder().imageSize() / config.encoder().stride();
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "pt");
        metadata.put("producer", "bandpass " + Environment.version());
        metadata.put(KIND, kind);
        metadata.put("recipe", recipe);
        metadata.put("step", Long.toString(step));
        metadata.put("image-size", Integer.toString(config.encoder().imageSize()));
        metadata.put("mean", config.data().mean().toString());
        metadata.put("std", config.data().std().toString());
        metadata.put("grid", grid + "x" + grid);
        metadata.put(CONFIG, ConfigBuilder.toYaml(config));
        return metadata;
    }

    static Map<String, Tensor> byName(List<NamedTensor> tensors) {
        Map<String, Tensor> map = new LinkedHashMap<>();
        tensors.forEach(entry -> map.put(entry.name(), entry.tensor()));
        return map;
    }

    /** The configuration that weights were trained with, but for the index, as the weights may be a stranger's. */
    static RunConfig config(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new WeightsException("there is no weights file " + file);
        }
        String yaml = Safetensors.readMetadata(file).get(CONFIG);
        if (yaml == null) {
            throw new WeightsException(file + " has no Bandpass metadata, so its encoder is not known; foreign weights"
                    + " cannot be imported yet");
        }
        RunConfig config = ConfigBuilder.fromYaml(yaml, "the metadata of " + file);
        return config.withData(config.data().withoutIndexFolder());
    }

    /**
     * Loads weights into a model: an encoder's file into its encoder, so that the rest is missing, a full one into all
     * of it.
     *
     * @param needsFull refuses an encoder's file
     * @return the table of what was loaded
     */
    static WeightsLoader.Report load(PretextTask task, Path file, boolean needsFull) throws IOException {
        try (TensorFile tensors = Safetensors.read(file)) {
            boolean full = tensors.names().stream().anyMatch(name -> name.startsWith(ENCODER_PREFIX));
            if (needsFull && !full) {
                throw new WeightsException(
                        file + " holds an encoder alone, but the decoder is needed too: give full.safetensors");
            }
            if (full) {
                return WeightsLoader.loadAll(byName(task.state()), tensors);
            }
            WeightsLoader.Report encoder =
                    WeightsLoader.loadAll(byName(task.encoder().state()), tensors);
            List<String> startAnew = task.state().stream()
                    .map(NamedTensor::name)
                    .filter(name -> !name.startsWith(ENCODER_PREFIX))
                    .toList();
            return new WeightsLoader.Report(encoder.source(), encoder.loaded(), startAnew, List.of());
        }
    }

    /** Loads the encoder of a file, whichever kind it is. */
    static void loadEncoder(Encoder encoder, Path file) throws IOException {
        try (TensorFile tensors = Safetensors.read(file)) {
            Map<String, Tensor> target = new TreeMap<>();
            boolean full = tensors.names().stream().anyMatch(name -> name.startsWith(ENCODER_PREFIX));
            byName(encoder.state()).forEach((name, tensor) -> target.put((full ? ENCODER_PREFIX : "") + name, tensor));
            WeightsLoader.loadMatching(target, tensors, name -> !full || name.startsWith(ENCODER_PREFIX));
        }
    }

    /** How many numbers are trained. */
    static long parameters(PretextTask task) {
        return task.parameters().stream()
                .mapToLong(parameter -> parameter.tensor().numel())
                .sum();
    }
}

package io.bandpass.weights;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import io.bandpass.format.WeightsLoader;
import io.bandpass.nn.NamedTensor;
import io.bandpass.optim.MovingAverage;
import io.bandpass.pretext.PretextTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** Reader and writer of pre-trained weights: those of the encoder alone, and those of the full model. */
public final class ModelWeights {
    private ModelWeights() {}

    /**
     * Writes both files of a run and, if enabled, both files of its EMA.
     *
     * @param trained metadata of the images that they were trained on
     */
    public static void write(
            PretextTask task,
            Optional<MovingAverage> average,
            PretrainingConfig config,
            String recipe,
            long step,
            RunFolder folder,
            Map<String, String> trained)
            throws IOException {
        Map<String, String> encoder = WeightsMetadata.of(WeightsMetadata.ENCODER, config, recipe, step);
        Map<String, String> full = WeightsMetadata.of(WeightsMetadata.FULL, config, recipe, step);
        encoder.putAll(trained);
        full.putAll(trained);
        Files.createDirectories(folder.weights(""));
        Safetensors.writeWhole(
                folder.weights(WeightsFile.ENCODER),
                NamedTensor.byName(task.encoder().state()),
                encoder);
        Safetensors.writeWhole(folder.weights(WeightsFile.FULL), NamedTensor.byName(task.state()), full);
        if (average.isPresent()) {
            Map<String, Tensor> averages = NamedTensor.byName(average.get().averages());
            Map<String, Tensor> encoderAverages = new LinkedHashMap<>();
            averages.forEach((name, tensor) -> {
                if (name.startsWith(WeightsFile.ENCODER_PREFIX)) {
                    encoderAverages.put(name.substring(WeightsFile.ENCODER_PREFIX.length()), tensor);
                }
            });
            Safetensors.writeWhole(folder.weights(WeightsFile.AVERAGED_ENCODER), encoderAverages, encoder);
            Safetensors.writeWhole(folder.weights(WeightsFile.AVERAGED_FULL), averages, full);
        }
    }

    /**
     * Writes an imported model.
     *
     * @param config the known part of its pre-training configuration: task and decoder
     */
    public static void writeImported(Path file, Map<String, Tensor> state, PretrainingConfig config)
            throws IOException {
        Safetensors.writeWhole(
                file, state, WeightsMetadata.of(WeightsMetadata.FULL, config, WeightsMetadata.IMPORT, 0));
    }

    /**
     * Loads weights into a model: an encoder file into its encoder only, which leaves the rest missing, a full file
     * into all of it.
     *
     * @return a report of the loaded tensors
     */
    public static WeightsLoader.Report load(PretextTask task, WeightsFile file) throws IOException {
        try (TensorFile tensors = file.read()) {
            if (file.isFull()) {
                return WeightsLoader.loadAll(NamedTensor.byName(task.state()), tensors);
            }
            WeightsLoader.Report report = loadEncoder(task.encoder(), file, tensors);
            List<String> missing = new ArrayList<>();
            report.missing().forEach(name -> missing.add(WeightsFile.ENCODER_PREFIX + name));
            task.state().stream()
                    .map(NamedTensor::name)
                    .filter(name -> !name.startsWith(WeightsFile.ENCODER_PREFIX))
                    .forEach(missing::add);
            return new WeightsLoader.Report(report.source(), report.loaded(), missing, List.of());
        }
    }

    /**
     * Loads the encoder of a file of any kind into an encoder that is to be trained. All of its layers stay: the final norm
     * keeps its values if the file has none: a mean-pooled ViT has a norm after the mean instead, a segmentation model has none.
     *
     * @return a report of the loaded tensors
     */
    public static WeightsLoader.Report loadEncoder(Encoder encoder, WeightsFile file) throws IOException {
        try (TensorFile tensors = file.read()) {
            return loadEncoder(encoder, file, tensors);
        }
    }

    private static WeightsLoader.Report loadEncoder(Encoder encoder, WeightsFile file, TensorFile tensors) {
        Map<String, Tensor> state = NamedTensor.byName(encoder.state());
        List<String> missing = new ArrayList<>();
        if (file.hasNoFinalNorm()) {
            state.keySet().stream().filter(EncoderWeights::isFinalNorm).forEach(missing::add);
            state.keySet().removeIf(EncoderWeights::isFinalNorm);
        }
        Map<String, Tensor> values = file.withoutPrefix(tensors);
        values.keySet().removeIf(file::isHead);
        WeightsLoader.Report report = WeightsLoader.load(tensors.source(), state, values, false);
        return new WeightsLoader.Report(report.source(), report.loaded(), missing, List.of());
    }

    /**
     * Rejects a file that holds only an encoder, without the decoder that is needed too.
     *
     * @throws WeightsException if the file is not a full model
     */
    public static void requireFull(WeightsFile file) {
        if (!file.isFull()) {
            throw new WeightsException(
                    file.path() + " holds an encoder alone, but the decoder is needed too: give full.safetensors");
        }
    }
}

package io.bandpass.inference;

import io.bandpass.config.ConfigException;
import io.bandpass.config.PredictConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.ImageSource;
import io.bandpass.data.InferenceImages;
import io.bandpass.dataset.ImageData;
import io.bandpass.format.AtomicFiles;
import io.bandpass.inference.ImageClassifier.Files;
import io.bandpass.machine.Environment;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Precision;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** Writes predictions for images to files. */
final class PredictionWriter implements AutoCloseable {
    /** Number of classes named per image. */
    static final int RANKED = 5;

    /** Number of predictions that are also returned. */
    private static final int KEPT = 20;

    private final ImageClassifier classifier;
    private final @Nullable PredictionTable table;
    private final @Nullable FeatureFile tensors;
    private final List<NamedPrediction> first = new ArrayList<>();
    private int count;

    private PredictionWriter(ImageClassifier classifier, Files files) throws IOException {
        this.classifier = classifier;
        int columns = Math.min(RANKED, classifier.classNames().size());
        table = files.table().isEmpty()
                ? null
                : new PredictionTable(files.table().get(), classifier.classNames(), columns);
        tensors = files.tensors().isEmpty()
                ? null
                : FeatureFile.ofLogits(files.tensors().get());
    }

    /** Rejects files that are not writable, before any work is done. */
    static void check(Files files) {
        check("the table", files.table(), ".csv");
        check("the file of tensors", files.tensors(), ".safetensors");
        if (files.table().isPresent() && files.table().equals(files.tensors())) {
            throw new ConfigException("the table and the file of tensors are both "
                    + files.table().get());
        }
    }

    private static void check(String what, Optional<Path> file, String ending) {
        if (file.isEmpty()) {
            return;
        }
        if (!file.get().toString().toLowerCase(Locale.ROOT).endsWith(ending)) {
            throw new ConfigException(what + " is " + file.get() + ", but its name must end in " + ending);
        }
        AtomicFiles.requireWritable(what, file.get());
    }

    /** Computes and writes the predictions. */
    static PredictionSummary write(
            ImageClassifier classifier,
            InferenceImages inputs,
            Files files,
            PredictConfig options,
            ImageData.Progress progress)
            throws IOException {
        ImageSource images =
                FeatureWriter.first(inputs.images(), options.limit().orElse(Integer.MAX_VALUE));
        Compute compute = classifier.compute(options);
        try (PredictionWriter output = new PredictionWriter(classifier, files)) {
            classifier.each(images, inputs.bad(), compute, options, (logits, indices) -> {
                output.append(logits, FeatureWriter.names(images, indices));
                progress.reached(indices[indices.length - 1] + 1, images.size());
            });
            if (output.count == 0) {
                throw DataException.noneReadable(images.size(), "");
            }
            output.finish(options, compute.precision());
            return new PredictionSummary(
                    List.copyOf(output.first),
                    output.count,
                    inputs.images().size(),
                    compute.precision().word(),
                    inputs.notices(),
                    inputs.bad().reasons());
        }
    }

    private void append(Tensor logits, List<String> names) throws IOException {
        if (tensors != null) {
            tensors.append(logits, names);
        }
        for (int i = 0; i < names.size(); i++) {
            List<RankedClass> ranked = ImageClassifier.ranked(Tensors.toFloats(logits.select(0, i)));
            if (table != null) {
                table.append(names.get(i), ranked);
            }
            if (first.size() < KEPT) {
                first.add(new NamedPrediction(names.get(i), classifier.prediction(ranked)));
            }
            count++;
        }
    }

    private void finish(PredictConfig options, Precision precision) throws IOException {
        if (table != null) {
            table.finish();
        }
        if (tensors != null) {
            Map<String, String> metadata = new LinkedHashMap<>();
            metadata.put("producer", "bandpass " + Environment.version());
            metadata.put("weights", String.valueOf(classifier.file().getFileName()));
            FeatureWriter.put(
                    metadata,
                    classifier.imageSize(),
                    options.preprocess().orElse(classifier.preprocess()),
                    precision.name());
            tensors.finish(metadata);
        }
    }

    @Override
    public void close() throws IOException {
        if (table != null) {
            table.close();
        }
        if (tensors != null) {
            tensors.close();
        }
    }
}

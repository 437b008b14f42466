package io.bandpass.inference;

import io.bandpass.config.EmbedConfig;
import io.bandpass.config.PreprocessConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.ImageSource;
import io.bandpass.data.InferenceImages;
import io.bandpass.data.Preprocessing;
import io.bandpass.dataset.ImageData;
import io.bandpass.eval.FrozenEncoder;
import io.bandpass.format.AtomicFiles;
import io.bandpass.machine.Environment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/** Writes features of images to a file. */
final class FeatureWriter {
    /**
     * Source of features: encoder and images.
     *
     * @param weights file name of the encoder
     */
    record Source(FrozenEncoder frozen, InferenceImages given, String weights) {}

    private FeatureWriter() {}

    /** Rejects a file that is not writable, before any work is done. */
    static void check(Path out, EmbedConfig options) {
        FeatureFile.check(out, options.pool());
        AtomicFiles.requireWritable("the file of features", out);
    }

    /** Computes and writes the features. */
    static EmbeddedFeatures write(
            Source source, Preprocessing preprocessing, Path out, EmbedConfig options, ImageData.Progress progress)
            throws IOException {
        ImageSource images = first(source.given().images(), options.limit().orElse(Integer.MAX_VALUE));
        List<Long> shape = new ArrayList<>();
        try (FeatureFile file = source.frozen().processes().isFirst() ? FeatureFile.create(out) : FeatureFile.none()) {
            FrozenEncoder.Sink rows = FrozenEncoder.finite((features, indices) -> {
                file.append(features, names(images, indices));
                addToShape(shape, features);
                progress.reached(indices[indices.length - 1] + 1, images.size());
            });
            source.frozen().embed(options, preprocessing, images, source.given().bad(), rows);
            if (shape.isEmpty()) {
                throw DataException.noneReadable(images.size(), "");
            }
            file.finish(metadata(source, options));
        }
        return new EmbeddedFeatures(
                List.copyOf(shape),
                source.frozen().compute().precision().word(),
                source.given().notices(),
                source.given().bad().reasons());
    }

    /** Returns the first {@code limit} images. */
    static ImageSource first(ImageSource images, int limit) {
        return images.size() <= limit
                ? images
                : images.select(IntStream.range(0, limit).toArray());
    }

    static List<String> names(ImageSource images, int[] indices) {
        return Arrays.stream(indices).mapToObj(images::relativeName).toList();
    }

    private static void addToShape(List<Long> shape, Tensor features) {
        for (int axis = 0; axis < features.dim() && shape.size() < features.dim(); axis++) {
            shape.add(axis == 0 ? 0 : features.size(axis));
        }
        shape.set(0, shape.get(0) + features.size(0));
    }

    private static Map<String, String> metadata(Source source, EmbedConfig options) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("producer", "bandpass " + Environment.version());
        metadata.put("weights", source.weights());
        metadata.put("pool", options.pool());
        int size = source.frozen().encoder().config().imageSize();
        put(
                metadata,
                size,
                options.preprocess(),
                source.frozen().compute().precision().name());
        return metadata;
    }

    /** Adds image size, preprocessing and precision to the metadata of a file. */
    static void put(Map<String, String> metadata, int size, PreprocessConfig preprocess, String precision) {
        metadata.put("image_size", Integer.toString(size));
        metadata.put("preprocess", preprocess.mode());
        if (preprocess.mode().equals("crop")) {
            metadata.put("crop_ratio", Double.toString(preprocess.cropRatio()));
        }
        metadata.put("precision", precision.toLowerCase(Locale.ROOT));
    }
}

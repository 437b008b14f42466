package io.bandpass.eval;

import io.bandpass.config.EmbedConfig;
import io.bandpass.data.BadImages;
import io.bandpass.data.DataException;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.encoder.Encoder;
import io.bandpass.nn.Normalisation;
import io.bandpass.torch.Precision;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Features of a set of images: the only implementation, for kNN and all else that needs them.
 *
 * @param values (N, C), or (N, L, C) for tokens; float32, on the CPU, in the scope in which they were made
 * @param images the images that could be read, row by row
 */
public record Features(Tensor values, ImageSource images) {
    private static final int BATCH = 128;

    /**
     * One vector per image from an encoder that is being trained: the mean over its map, in evaluation mode.
     *
     * @param bad receives images that cannot be read
     */
    public static Features of(
            Encoder encoder,
            Normalisation normalisation,
            Precision precision,
            Device device,
            ImageSource images,
            BadImages bad) {
        FrozenEncoder frozen = new FrozenEncoder(encoder, Optional.empty(), normalisation, precision, device);
        Preprocessing preprocessing = new Preprocessing(encoder.config().imageSize());
        return of(frozen, EmbedConfig.DEFAULT.withBatchSize(BATCH), preprocessing, images, bad);
    }

    /**
     * Features of images, all in memory.
     *
     * @param bad receives images that cannot be read
     */
    public static Features of(
            FrozenEncoder frozen, EmbedConfig config, Preprocessing preprocessing, ImageSource images, BadImages bad) {
        return of(frozen, config, preprocessing, images, bad, reached -> {});
    }

    /**
     * Features of images, all in memory.
     *
     * @param bad receives images that cannot be read
     * @param progress hears how many images were looked at
     */
    public static Features of(
            FrozenEncoder frozen,
            EmbedConfig config,
            Preprocessing preprocessing,
            ImageSource images,
            BadImages bad,
            IntConsumer progress) {
        return collect(images, sink -> {
            try {
                frozen.embed(config, preprocessing, images, bad, (features, indices) -> {
                    sink.accept(features, indices);
                    progress.accept(indices[indices.length - 1] + 1);
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** The pixels themselves, in [0, 1], at the size that an encoder would see: (N, 3 * size * size). */
    public static Features ofPixels(
            Normalisation normalisation, Preprocessing preprocessing, ImageSource images, BadImages bad) {
        return collect(
                images,
                sink -> FrozenEncoder.each(
                        images,
                        preprocessing,
                        BATCH,
                        bytes -> normalisation.unit(bytes).flatten(1, 3),
                        bad,
                        sink));
    }

    private static Features collect(ImageSource images, Consumer<FrozenEncoder.Sink> work) {
        TensorVector parts = new TensorVector();
        List<Integer> read = new ArrayList<>();
        try (NoGradGuard guard = new NoGradGuard()) {
            work.accept((features, indices) -> {
                parts.push_back(features);
                IntStream.of(indices).forEach(read::add);
            });
            if (read.isEmpty()) {
                throw DataException.noneReadable(images.size(), "for the evaluation");
            }
            int[] rows = read.stream().mapToInt(Integer::intValue).toArray();
            return new Features(torch.cat(parts), rows.length == images.size() ? images : images.select(rows));
        }
    }

    /** Labels of the rows: (N), int64. */
    public Tensor labels() {
        long[] labels = new long[images.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = images.label(i);
        }
        return Tensors.ofLongs(labels, labels.length);
    }
}

package io.bandpass.eval;

import io.bandpass.config.EmbedConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.UnreadableImages;
import io.bandpass.encoder.Encoder;
import io.bandpass.nn.Normalisation;
import io.bandpass.task.NotFiniteException;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Features of a set of images: the only implementation, for kNN and all else that needs them.
 *
 * @param values (N, C), or (N, L, C) for tokens; float32, of pixels uint8; on the CPU, in the scope in which they were made
 * @param images the images that could be read, row by row
 */
public record Features(Tensor values, ImageSource images) {
    private static final int BATCH = 128;
    private static final int USUAL_EDGE = 224;
    private static final int PIXEL_EDGE = 32;

    /**
     * One vector per image from an encoder that is being trained: the mean over its map, in evaluation mode.
     *
     * @param bad receives images that cannot be read
     */
    public static Features of(
            Encoder encoder, Normalisation normalisation, Compute compute, ImageSource images, UnreadableImages bad) {
        FrozenEncoder frozen = new FrozenEncoder(encoder, Optional.empty(), normalisation, compute);
        int imageSize = encoder.config().imageSize();
        Preprocessing preprocessing = new Preprocessing(imageSize);
        EmbedConfig options = EmbedConfig.DEFAULT.withBatchSize(batchSize(imageSize));
        return of(frozen, options, preprocessing, images, bad);
    }

    /**
     * Features of images, all in memory.
     *
     * @param bad receives images that cannot be read
     */
    public static Features of(
            FrozenEncoder frozen,
            EmbedConfig config,
            Preprocessing preprocessing,
            ImageSource images,
            UnreadableImages bad) {
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
            UnreadableImages bad,
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

    /**
     * What a vote on raw pixels looks at: thumbnails of what an encoder would see, at most 32 pixels wide, as all pixels of
     * many large images fit into no memory. Smaller images stay as they are.
     */
    public static Preprocessing thumbnails(Preprocessing preprocessing) {
        return preprocessing.shrunkTo(PIXEL_EDGE);
    }

    /**
     * The pixels themselves, as bytes: (N, 3 * edge * edge).
     *
     * @param preprocessing to what an encoder would see, or to thumbnails of it
     * @param bad receives images that cannot be read
     */
    public static Features ofPixels(Preprocessing preprocessing, ImageSource images, UnreadableImages bad) {
        return collect(images, sink -> eachPixels(preprocessing, images, bad, sink));
    }

    /** As {@link #ofPixels}, handed on batch by batch. */
    public static void eachPixels(
            Preprocessing preprocessing, ImageSource images, UnreadableImages bad, FrozenEncoder.Sink sink) {
        InferenceLoop.each(images, preprocessing, BATCH, bad, bytes -> bytes.flatten(1, 3), sink);
    }

    /** Images that an evaluation encodes at once: fewer of large ones, as a batch should take no more memory then. */
    public static int batchSize(int imageSize) {
        long pixels = (long) BATCH * USUAL_EDGE * USUAL_EDGE;
        return (int) Math.max(1, Math.min(BATCH, pixels / ((long) imageSize * imageSize)));
    }

    private static Features collect(ImageSource images, Consumer<FrozenEncoder.Sink> work) {
        try (NoGradGuard guard = new NoGradGuard();
                FeatureRows rows = new FeatureRows(images.size())) {
            work.accept(rows::add);
            if (rows.indices().length == 0) {
                throw DataException.noneReadable(images.size(), "for the evaluation");
            }
            int[] read = rows.indices();
            return new Features(rows.values(), read.length == images.size() ? images : images.select(read));
        }
    }

    /**
     * Refuses features of which nothing can be said.
     *
     * @param what these images are for, such as {@code images to classify}
     * @throws NotFiniteException if a number is not finite
     */
    public void checkFinite(String what) {
        long notFinite = Tensors.rowsNotFinite(values);
        if (notFinite > 0) {
            throw NotFiniteException.of("features", notFinite, images.size(), what);
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

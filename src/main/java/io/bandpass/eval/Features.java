package io.bandpass.eval;

import io.bandpass.config.EmbedConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.UnreadableImages;
import io.bandpass.distributed.Communicator;
import io.bandpass.task.NotFiniteException;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Features of a set of images: the only implementation, shared by kNN, linear probe and embedding.
 *
 * @param values (N, C), or (N, L, C) for tokens; float32, or uint8 for pixels; on the CPU, in the scope of their
 *     creation
 * @param images the readable images, one per row
 */
public record Features(Tensor values, ImageSource images) {
    private static final int BATCH = 128;
    private static final int USUAL_EDGE = 224;
    private static final int PIXEL_EDGE = 32;

    /**
     * Computes one vector per image with an encoder that may be in training: the mean over its map, in evaluation mode.
     *
     * @param unreadable receives images that cannot be read
     */
    public static Features of(FrozenEncoder frozen, ImageSource images, UnreadableImages unreadable) {
        int imageSize = frozen.encoder().config().imageSize();
        EmbedConfig options = EmbedConfig.DEFAULT.withBatchSize(batchSize(imageSize));
        return of(frozen, options, new Preprocessing(imageSize), images, unreadable);
    }

    /**
     * Computes features of images, all in memory.
     *
     * @param unreadable receives images that cannot be read
     */
    public static Features of(
            FrozenEncoder frozen,
            EmbedConfig config,
            Preprocessing preprocessing,
            ImageSource images,
            UnreadableImages unreadable) {
        return of(frozen, config, preprocessing, images, unreadable, reached -> {});
    }

    /**
     * Computes features of images, all in memory.
     *
     * @param unreadable receives images that cannot be read
     * @param progress receives the number of images processed so far
     */
    public static Features of(
            FrozenEncoder frozen,
            EmbedConfig config,
            Preprocessing preprocessing,
            ImageSource images,
            UnreadableImages unreadable,
            IntConsumer progress) {
        return collect(images, sink -> {
            try {
                frozen.embed(config, preprocessing, images, unreadable, (features, indices) -> {
                    sink.accept(features, indices);
                    progress.accept(indices[indices.length - 1] + 1);
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /**
     * Returns the preprocessing of the raw-pixel kNN baseline: thumbnails of the encoder's input, at most 32 pixels
     * wide, as the full pixels of many large images would not fit into memory. Smaller images keep their size.
     */
    public static Preprocessing thumbnails(Preprocessing preprocessing) {
        return preprocessing.shrunkTo(PIXEL_EDGE);
    }

    /**
     * Returns raw pixels as features: uint8, (N, 3 * edge * edge).
     *
     * @param preprocessing to the encoder's input, or to thumbnails of it
     * @param unreadable receives images that cannot be read
     */
    public static Features ofPixels(Preprocessing preprocessing, ImageSource images, UnreadableImages unreadable) {
        return ofPixels(preprocessing, images, unreadable, Communicator.single());
    }

    /** As {@link #ofPixels(Preprocessing, ImageSource, UnreadableImages)}, in several processes. */
    public static Features ofPixels(
            Preprocessing preprocessing, ImageSource images, UnreadableImages unreadable, Communicator processes) {
        return collect(images, sink -> eachPixels(preprocessing, images, unreadable, processes, sink));
    }

    /** As {@link #ofPixels(Preprocessing, ImageSource, UnreadableImages, Communicator)}, but passes the pixels on batch by batch. */
    public static void eachPixels(
            Preprocessing preprocessing,
            ImageSource images,
            UnreadableImages unreadable,
            Communicator processes,
            FrozenEncoder.Sink sink) {
        // (N, 3, H, W) -> (N, 3 * H * W)
        InferenceLoop.each(images, preprocessing, BATCH, unreadable, processes, bytes -> bytes.flatten(1, 3), sink);
    }

    /** Returns the batch size of an evaluation: smaller for large images, so that a batch takes no more memory. */
    public static int batchSize(int imageSize) {
        long pixels = (long) BATCH * USUAL_EDGE * USUAL_EDGE;
        return (int) Math.max(1, Math.min(BATCH, pixels / ((long) imageSize * imageSize)));
    }

    private static Features collect(ImageSource images, Consumer<FrozenEncoder.Sink> produce) {
        try (NoGradGuard guard = new NoGradGuard();
                FeatureRows rows = new FeatureRows(images.size())) {
            produce.accept(rows::add);
            if (rows.indices().length == 0) {
                throw DataException.noneReadable(images.size(), "for the evaluation");
            }
            int[] read = rows.indices();
            return new Features(rows.values(), read.length == images.size() ? images : images.select(read));
        }
    }

    /**
     * Rejects features that are not finite.
     *
     * @param what purpose of the images, for the message, such as {@code images to classify}
     * @throws NotFiniteException if a value is not finite
     */
    public void checkFinite(String what) {
        long notFinite = Tensors.rowsNotFinite(values);
        if (notFinite > 0) {
            throw NotFiniteException.of("features", notFinite, images.size(), what);
        }
    }

    /** Returns the labels of the rows: (N), int64. */
    public Tensor labels() {
        long[] labels = new long[images.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = images.label(i);
        }
        return Tensors.ofLongs(labels, labels.length);
    }
}

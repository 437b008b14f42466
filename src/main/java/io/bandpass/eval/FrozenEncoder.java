package io.bandpass.eval;

import io.bandpass.config.ConfigException;
import io.bandpass.config.EmbedConfig;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.UnreadableImages;
import io.bandpass.distributed.Communicator;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.VisionTransformer;
import io.bandpass.nn.LayerNorm;
import io.bandpass.nn.Normalisation;
import io.bandpass.task.NotFiniteException;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * A frozen encoder with everything that it needs to turn image bytes into features. It owns none of its components.
 *
 * @param meanNorm norm after mean pooling, in weights fine-tuned with it; the encoder then has no final norm
 * @param processes share the batches of a set of images, and each receives the features of all
 */
public record FrozenEncoder(
        Encoder encoder,
        Optional<LayerNorm> meanNorm,
        Normalisation normalisation,
        Compute compute,
        Communicator processes) {
    /** An encoder that computes all features in this process. */
    public FrozenEncoder(Encoder encoder, Optional<LayerNorm> meanNorm, Normalisation normalisation, Compute compute) {
        this(encoder, meanNorm, normalisation, compute, Communicator.single());
    }

    /** Consumer of features, batch by batch. */
    public interface Sink {
        /**
         * Accepts the features of a batch.
         *
         * @param features (n, C), or (n, L, C) for tokens; float32, on the CPU, in a scope that ends with this call
         * @param indices indices of the images
         */
        void accept(Tensor features, int[] indices) throws IOException;
    }

    /**
     * Rejects features that are not finite before passing them on.
     *
     * @return a sink that throws {@link NotFiniteException}
     */
    public static Sink finite(Sink sink) {
        AtomicLong seen = new AtomicLong();
        return (features, indices) -> {
            long total = seen.addAndGet(indices.length);
            long notFinite = Tensors.rowsNotFinite(features);
            if (notFinite > 0) {
                throw NotFiniteException.of("features", notFinite, total, "images so far");
            }
            sink.accept(features, indices);
        };
    }

    /**
     * Rejects a pooling that this encoder does not support.
     *
     * @throws ConfigException if it is unsupported
     */
    public void check(String pool) {
        if (pool.equals("mean")) {
            return;
        }
        if (meanNorm.isPresent()) {
            throw new ConfigException(
                    "pool is " + pool + ", but these weights were fine-tuned on the mean of the patches"
                            + " and have no norm of tokens; use mean");
        }
        if (pool.equals("cls") && !(encoder instanceof VisionTransformer)) {
            throw new ConfigException("pool is cls, but this encoder, a "
                    + encoder.getClass().getSimpleName() + ", has no class token; use mean or tokens");
        }
    }

    /** Returns a function from bytes (n, 3, H, W) on any device to pooled features on the device of the encoder. */
    public UnaryOperator<Tensor> pooled(String pool) {
        check(pool);
        return bytes -> compute.forward(() -> pool(pool, normalisation.apply(normalisation.unit(bytes))));
    }

    private Tensor pool(String pool, Tensor images) {
        return switch (pool) {
            case "cls" -> ((VisionTransformer) encoder).tokens(images).select(1, 0); // (n, 1 + L, C) -> (n, C)
            case "tokens" -> encoder.forward(images).flatten(2, 3).transpose(1, 2); // (n, C, h, w) -> (n, L, C)
            default -> mean(encoder.features(images)); // (n, C)
        };
    }

    private Tensor mean(Tensor features) {
        return meanNorm.isPresent() ? meanNorm.get().forward(features) : features;
    }

    /**
     * Computes features in evaluation mode and passes them on batch by batch, so that memory holds one batch at most.
     *
     * @param options of which only pooling and batch size are used
     * @param unreadable receives images that cannot be read
     */
    public void embed(
            EmbedConfig options,
            Preprocessing preprocessing,
            ImageSource images,
            UnreadableImages unreadable,
            Sink sink)
            throws IOException {
        new InferenceLoop(encoder, preprocessing, options.batchSize(), compute, processes)
                .run(images, unreadable, pooled(options.pool()), sink);
    }
}

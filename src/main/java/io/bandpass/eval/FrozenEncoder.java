package io.bandpass.eval;

import io.bandpass.config.ConfigException;
import io.bandpass.config.EmbedConfig;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.UnreadableImages;
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
 * An encoder that is not trained, and what it needs to make features of bytes. It owns none of its parts.
 *
 * @param meanNorm the norm of the mean of the patches, which weights that were fine-tuned on it have; the encoder has
 *     no final norm then
 */
public record FrozenEncoder(
        Encoder encoder, Optional<LayerNorm> meanNorm, Normalisation normalisation, Compute compute) {
    /** Takes features as they come. */
    public interface Sink {
        /**
         * Features of some images.
         *
         * @param features (n, C), or (n, L, C) for tokens; float32, on the CPU, in a scope that ends with this call
         * @param indices of these images
         */
        void accept(Tensor features, int[] indices) throws IOException;
    }

    /**
     * Refuses features that are not finite before they are handed on.
     *
     * @return throws {@link NotFiniteException}
     */
    public static Sink finite(Sink sink) {
        AtomicLong seen = new AtomicLong();
        return (features, indices) -> {
            long looked = seen.addAndGet(indices.length);
            long notFinite = Tensors.rowsNotFinite(features);
            if (notFinite > 0) {
                throw NotFiniteException.of("features", notFinite, looked, "images so far");
            }
            sink.accept(features, indices);
        };
    }

    /**
     * Refuses a pool that this encoder cannot have.
     *
     * @throws ConfigException if it cannot
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

    /** What a pool makes of bytes (n, 3, H, W) on any device, on the device of the encoder. */
    public UnaryOperator<Tensor> pooled(String pool) {
        check(pool);
        return bytes -> compute.forward(() -> pool(pool, normalisation.apply(normalisation.unit(bytes))));
    }

    private Tensor pool(String pool, Tensor images) {
        return switch (pool) {
            case "cls" -> ((VisionTransformer) encoder).tokens(images).select(1, 0);
            case "tokens" -> encoder.forward(images).flatten(2, 3).transpose(1, 2);
            default -> mean(encoder.features(images));
        };
    }

    private Tensor mean(Tensor features) {
        return meanNorm.isPresent() ? meanNorm.get().forward(features) : features;
    }

    /**
     * Features of images, handed on batch by batch, so that no more than a batch is held; in evaluation mode.
     *
     * @param options of which pool and batch size are asked
     * @param bad receives images that cannot be read
     */
    public void embed(
            EmbedConfig options, Preprocessing preprocessing, ImageSource images, UnreadableImages bad, Sink sink)
            throws IOException {
        new InferenceLoop(encoder, preprocessing, options.batchSize(), compute)
                .run(images, bad, pooled(options.pool()), sink);
    }
}

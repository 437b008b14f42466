package io.bandpass.config;

import java.util.List;
import java.util.Map;

/** What every training run is asked to do, whatever it trains. */
public interface RunConfig {
    String description();

    DataConfig data();

    AugmentConfig augment();

    EncoderConfig encoder();

    OptimizerConfig optimizer();

    ScheduleConfig schedule();

    TrainSection train();

    CheckpointConfig checkpoint();

    /** What keys that are {@code auto} become, where that follows from the rest of the configuration. */
    default Map<String, String> chosen() {
        return Map.of();
    }

    /** As {@link EncoderConfig#multiplyAddsPerImage()}, for everything that is trained. */
    default double multiplyAddsPerImage() {
        return encoder().multiplyAddsPerImage();
    }

    /** Bytes that the activations of one image take in a step, roughly: what micro-batches are chosen by. */
    default double activationBytesPerImage() {
        return encoder().activationBytesPerImage();
    }

    /** Edges in pixels of the images that are trained on, in the order in which they are first used. */
    default List<Integer> imageSizes() {
        return List.of(encoder().imageSize());
    }

    /** Edge in pixels of the smallest images that are trained on. */
    default int smallestImageSize() {
        return imageSizes().stream().min(Integer::compare).orElseThrow();
    }

    /** Whether the loss cannot be computed in parts. */
    default boolean needsWholeBatch() {
        return false;
    }
}

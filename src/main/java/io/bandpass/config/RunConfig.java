package io.bandpass.config;

import java.util.List;

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

    /** The sections whose keys {@code auto} follow from the rest of the configuration, with what they become. */
    default List<Record> chosen() {
        return List.of();
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

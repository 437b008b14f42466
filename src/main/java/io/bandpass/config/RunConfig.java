package io.bandpass.config;

import java.util.List;
import java.util.OptionalLong;

/** Configuration shared by all kinds of training runs. */
public interface RunConfig {
    String description();

    DataConfig data();

    EncoderConfig encoder();

    OptimizerConfig optimizer();

    ScheduleConfig schedule();

    TrainSection train();

    CheckpointConfig checkpoint();

    /** Sections with keys set to {@code auto}, resolved from the rest of the configuration. */
    default List<Record> chosen() {
        return List.of();
    }

    /** Multiply-adds per image of all trained modules; see {@link EncoderConfig#multiplyAddsPerImage()}. */
    default double multiplyAddsPerImage() {
        return encoder().multiplyAddsPerImage();
    }

    /** Approximate activation memory of one image in a step, in bytes, from which the micro-batch size is chosen. */
    default double activationBytesPerImage() {
        return encoder().activationBytesPerImage();
    }

    /** Edge in pixels of the training images; of the last ones if it grows. */
    default int imageSize() {
        return encoder().imageSize();
    }

    /** Edges in pixels of the training images, in the order of first use. */
    default List<Integer> imageSizes() {
        return List.of(imageSize());
    }

    /** Edge in pixels of the smallest training images. */
    default int smallestImageSize() {
        return imageSizes().stream().min(Integer::compare).orElseThrow();
    }

    /** Fewest values of a channel that a batch norm of the model sees per image; empty if it has none. */
    default OptionalLong batchNormValuesPerImage() {
        return encoder().withImageSize(smallestImageSize()).batchNormValuesPerImage();
    }

    /** Whether the loss needs the whole batch at once, because those of micro-batches do not add up to it. */
    default boolean needsWholeBatch() {
        return false;
    }
}

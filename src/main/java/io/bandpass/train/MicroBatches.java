package io.bandpass.train;

import io.bandpass.config.ConfigException;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.nn.Parts;
import java.util.Locale;
import java.util.OptionalInt;

/** How many images of a batch go through a forward pass at once: what was asked for, or what fits into memory. */
final class MicroBatches {
    /** How much of the machine's memory activations may take. */
    private static final double MEMORY_SHARE = 0.25;

    private MicroBatches() {}

    /**
     * The most images of a forward pass.
     *
     * @param batch images of a step
     * @throws ConfigException if the loss needs the batch in one, or batch norm more than one image
     */
    static int of(RunConfig config, int batch, long memoryBytes) {
        OptionalInt asked = config.train().microBatchSize();
        int fewest = fewest(config);
        if (batch < fewest) {
            throw new ConfigException(String.format(
                    Locale.ROOT,
                    "batches are of one image, for which %s; %s",
                    oneValue(config),
                    config.train().batchSize() > batch
                            ? "there must be at least two images to train on"
                            : "set train.batch-size to at least 2"));
        }
        if (config.needsWholeBatch()) {
            if (asked.isPresent() && asked.getAsInt() < batch) {
                throw new ConfigException(String.format(
                        Locale.ROOT,
                        "train.micro-batch-size is %d, but loss.average-spectrum and loss.focal=batch need the batch of %d in one forward pass",
                        asked.getAsInt(),
                        batch));
            }
            return batch;
        }
        if (asked.isEmpty()) {
            int largest = Parts.largest(batch, fitting(config, batch, memoryBytes));
            // Of an odd batch, parts of two would leave one image by itself.
            return Parts.smallest(batch, largest) >= fewest ? largest : Parts.largest(batch, fewest + 1);
        }
        int most = Math.min(batch, asked.getAsInt());
        if (Parts.smallest(batch, most) < fewest) {
            throw new ConfigException(String.format(
                    Locale.ROOT,
                    "train.micro-batch-size is %d, which leaves a part of one image of the batch of %d, for which %s; set it to at least %d",
                    asked.getAsInt(),
                    batch,
                    oneValue(config),
                    leastMicroBatch(batch, fewest)));
        }
        return most;
    }

    private static int leastMicroBatch(int batch, int fewest) {
        int most = fewest;
        while (Parts.smallest(batch, most) < fewest) {
            most++;
        }
        return most;
    }

    /** Where a map has one cell, batch norm needs another image to have a variance. */
    private static int fewest(RunConfig config) {
        return smallest(config).batchNormValuesPerImage().orElse(Long.MAX_VALUE) > 1 ? 1 : 2;
    }

    private static EncoderConfig smallest(RunConfig config) {
        return config.encoder().withImageSize(config.smallestImageSize());
    }

    private static String oneValue(RunConfig config) {
        int size = config.smallestImageSize();
        return String.format(
                Locale.ROOT,
                "batch norm has one value of a channel and no variance, as the last map of images of %d x %d has one cell",
                size,
                size);
    }

    private static int fitting(RunConfig config, int batch, long memoryBytes) {
        double fitting = MEMORY_SHARE * memoryBytes / config.activationBytesPerImage();
        return (int) Math.max(1, Math.min(batch, fitting));
    }
}

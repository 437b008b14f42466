package io.bandpass.train;

import io.bandpass.config.ConfigException;
import io.bandpass.config.RunConfig;
import io.bandpass.nn.MicroBatchSpans;
import java.util.Locale;
import java.util.OptionalInt;

/** Micro-batch size of a run: the configured one, or the largest whose activations fit into memory. */
final class MicroBatches {
    /** Fraction of the machine's memory that activations may take. */
    private static final double MEMORY_SHARE = 0.25;

    private MicroBatches() {}

    /**
     * Returns the largest number of images per forward pass.
     *
     * @param batch images of a step
     * @throws ConfigException if the loss needs the whole batch in one forward pass, or batch norm more than one image
     */
    static int of(RunConfig config, int batch, long memoryBytes) {
        OptionalInt configured = config.train().microBatchSize();
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
            if (configured.isPresent() && configured.getAsInt() < batch) {
                throw new ConfigException(String.format(
                        Locale.ROOT,
                        "train.micro-batch-size is %d, but loss.average-spectrum and loss.focal=batch need the batch of %d in one forward pass",
                        configured.getAsInt(),
                        batch));
            }
            return batch;
        }
        if (configured.isEmpty()) {
            int largest = MicroBatchSpans.largest(batch, fitting(config, batch, memoryBytes));
            // An odd batch in micro-batches of two would leave one with a single image.
            return MicroBatchSpans.smallest(batch, largest) >= fewest
                    ? largest
                    : MicroBatchSpans.largest(batch, fewest + 1);
        }
        int most = Math.min(batch, configured.getAsInt());
        if (MicroBatchSpans.smallest(batch, most) < fewest) {
            throw new ConfigException(String.format(
                    Locale.ROOT,
                    "train.micro-batch-size is %d, which leaves a part of one image of the batch of %d, for which %s; set it to at least %d",
                    configured.getAsInt(),
                    batch,
                    oneValue(config),
                    leastMicroBatch(batch, fewest)));
        }
        return most;
    }

    private static int leastMicroBatch(int batch, int fewest) {
        int most = fewest;
        while (MicroBatchSpans.smallest(batch, most) < fewest) {
            most++;
        }
        return most;
    }

    /** Returns the smallest micro-batch allowed: batch norm over a 1 x 1 map needs two images to have a variance. */
    private static int fewest(RunConfig config) {
        return config.batchNormValuesPerImage().orElse(Long.MAX_VALUE) > 1 ? 1 : 2;
    }

    private static String oneValue(RunConfig config) {
        int size = config.smallestImageSize();
        return String.format(
                Locale.ROOT,
                "batch norm has one value of a channel and no variance, as the smallest map of images of %d x %d has one cell",
                size,
                size);
    }

    private static int fitting(RunConfig config, int batch, long memoryBytes) {
        double fitting = MEMORY_SHARE * memoryBytes / config.activationBytesPerImage();
        return (int) Math.max(1, Math.min(batch, fitting));
    }
}

package io.bandpass.eval;

import io.bandpass.config.ConfigException;
import io.bandpass.pretext.MaskedFrequencyModel;
import io.bandpass.pretext.PretextTask;
import io.bandpass.pretext.PretextTask.MicroBatch;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** Corruptions that are applied to each image, one or several, before a model reconstructs it. */
public final class Corruptions {
    private final PretextTask task;
    private final Optional<String> mask;

    /** Returns all corruptions of the task. */
    public static Corruptions all(PretextTask task) {
        return new Corruptions(task, Optional.empty());
    }

    /**
     * Selects corruptions.
     *
     * @param mask {@code low}, {@code high}, {@code both} or {@code mixed}; empty for all corruptions of the task
     * @throws ConfigException if the task has no such masks
     */
    public Corruptions(PretextTask task, Optional<String> mask) {
        this.task = task;
        this.mask = mask;
        if (mask.isPresent() && !(task instanceof MaskedFrequencyModel)) {
            throw new ConfigException("mask is " + mask.get() + ", but these weights were not trained to predict masked"
                    + " frequencies; leave it out");
        }
    }

    /**
     * Returns the corruptions of some images.
     *
     * @param images uint8 (n, 3, H, W)
     * @param indices of the images in their set
     * @param firstRow number of preceding images, on which {@code mixed} depends
     * @return one micro-batch per corruption, always the same number
     */
    public List<MicroBatch> microBatches(Tensor images, int[] indices, long firstRow) {
        if (mask.isPresent() && task instanceof MaskedFrequencyModel model) {
            boolean[] low = new boolean[indices.length];
            boolean[] high = new boolean[indices.length];
            boolean[] mixed = new boolean[indices.length];
            Arrays.fill(low, true);
            for (int i = 0; i < mixed.length; i++) {
                mixed[i] = (firstRow + i) % 2 == 0;
            }
            return switch (mask.get()) {
                case "low" -> List.of(model.microBatch(images, low));
                case "high" -> List.of(model.microBatch(images, high));
                case "mixed" -> List.of(model.microBatch(images, mixed));
                default -> List.of(model.microBatch(images, low), model.microBatch(images, high));
            };
        }
        return task.pictureBatches(images, indices);
    }
}

package io.bandpass.replay;

import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import io.bandpass.task.Batch;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Batches of a replay, read from an open file. */
final class ReplayBatches {
    private static final String IMAGES = "images_u8";
    private static final String INDICES = "indices";
    private static final String LABELS = "labels";
    private static final String EPOCH = "epoch";
    /** Axes of the labels of pixels: steps, images, rows, columns. */
    private static final int LABEL_MAP_AXES = 4;

    private final TensorFile file;
    private final Tensor images;

    /**
     * Creates the batches of a file, whose images all have one size.
     *
     * @param sizes allowed edge lengths of the images, in pixels
     */
    ReplayBatches(TensorFile file, List<Integer> sizes) {
        this.file = file;
        images = file.get(IMAGES);
        long[] shape = Tensors.shape(images);
        boolean valid = images.scalar_type().intern() == ScalarType.Byte
                && shape.length == 5
                && shape[0] > 0
                && shape[1] > 0
                && shape[2] == 3
                && shape[3] == shape[4]
                && sizes.contains((int) shape[3]);
        if (!valid) {
            String expected = String.join(
                    " or ",
                    sizes.stream()
                            .map(size -> String.format(Locale.ROOT, "(steps, N, 3, %d, %d)", size, size))
                            .toList());
            throw new WeightsException(String.format(
                    Locale.ROOT,
                    "%s: %s must be uint8 of the shape %s, by encoder.image-size%s, but its shape is %s",
                    file.source(),
                    IMAGES,
                    expected,
                    sizes.size() == 1 ? "" : " and curriculum.image-sizes",
                    Arrays.toString(shape)));
        }
    }

    /** Returns the number of batches. */
    int steps() {
        return (int) images.size(0);
    }

    /** Returns the number of images per batch: N. */
    int size() {
        return (int) images.size(1);
    }

    /** Returns the images of a batch, uint8 (N, 3, S, S). */
    Tensor images(int batch) {
        return images.select(0, batch);
    }

    /** Whether the file has the random keys of its images. */
    boolean hasDraws() {
        return file.find(INDICES) != null;
    }

    /** Returns the random keys of the images of a batch; with {@link #epoch}, they determine all randomness. */
    int[] draws(int batch) {
        return Arrays.stream(needed(INDICES, batch, true))
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    /** Returns the epoch of a batch, from 0. */
    long epoch(int batch) {
        return needed(EPOCH, batch, false)[0];
    }

    /** Returns the labels of a batch: of images, int64 (N), or of pixels, int16 (N, H, W). */
    Tensor labels(int batch) {
        Tensor stored = file.find(LABELS);
        if (stored != null && stored.dim() == LABEL_MAP_AXES) {
            long[] expected = {images.size(0), images.size(1), images.size(3), images.size(4)};
            if (!Arrays.equals(Tensors.shape(stored), expected)) {
                throw new WeightsException(String.format(
                        Locale.ROOT,
                        "%s: %s has the shape %s, where %s is expected, a label for each pixel",
                        file.source(),
                        LABELS,
                        Arrays.toString(Tensors.shape(stored)),
                        Arrays.toString(expected)));
            }
            return stored.select(0, batch).to(ScalarType.Short);
        }
        long[] labels = needed(LABELS, batch, true);
        return Tensors.ofLongs(labels, labels.length);
    }

    /**
     * Returns a batch for a training step.
     *
     * @param step step number
     * @param epochsDone fractional epoch before the step
     */
    Batch batch(int batch, long step, double epochsDone, Optional<Tensor> targets) {
        int[] draws = draws(batch);
        return new Batch(step, epoch(batch), epochsDone, draws, draws, images(batch), targets);
    }

    /** Returns the step number that the file has for a batch; null if it has none. */
    long @Nullable [] step(int batch) {
        return numbers("step", batch, false);
    }

    /** Returns integers of a batch; throws if the file lacks them. */
    long[] needed(String name, int batch, boolean perImage) {
        long[] numbers = numbers(name, batch, perImage);
        if (numbers == null) {
            throw new WeightsException(String.format(
                    Locale.ROOT,
                    "%s has no %s: it does not say what happens to its images, by %s and %s or, for mfm, is_low",
                    file.source(),
                    name,
                    INDICES,
                    EPOCH));
        }
        return numbers;
    }

    /**
     * Returns integers of a batch; null if the file has no such tensor.
     *
     * @param perImage whether there is one per image, or one per batch
     */
    long @Nullable [] numbers(String name, int batch, boolean perImage) {
        @Nullable Tensor all = file.find(name);
        if (all == null) {
            return null;
        }
        boolean fits = perImage
                ? all.dim() == 2 && all.size(0) == images.size(0) && all.size(1) == images.size(1)
                : all.dim() == 1 && all.size(0) == images.size(0);
        if (!fits) {
            throw new WeightsException(String.format(
                    Locale.ROOT,
                    "%s: %s has the shape %s, which does not go with %s of %s",
                    file.source(),
                    name,
                    Arrays.toString(Tensors.shape(all)),
                    IMAGES,
                    Arrays.toString(Tensors.shape(images))));
        }
        double[] values = Tensors.toDoubles(all.select(0, batch).reshape(-1));
        return Arrays.stream(values).mapToLong(value -> (long) value).toArray();
    }
}

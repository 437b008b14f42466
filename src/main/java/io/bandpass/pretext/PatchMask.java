package io.bandpass.pretext;

import io.bandpass.nn.NamedTensor;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import io.bandpass.torch.Tensors;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Random mask over the square cells of a grid. A mask holds for each image and each of its cells, in row-major order,
 * whether the cell is masked.
 */
final class PatchMask {
    private final int cell;
    private final int edge;

    /**
     * Creates a grid.
     *
     * @param cell edge of a cell in pixels, a divisor of the image size
     */
    PatchMask(int imageSize, int cell) {
        this.cell = cell;
        edge = imageSize / cell;
    }

    /**
     * Masks a number of cells in each image, uniformly at random: a pure function of the seed, the epoch and the index
     * of the image.
     *
     * @param count masked cells per image
     */
    boolean[][] draw(int count, long seed, long epoch, int[] indices) {
        boolean[][] mask = new boolean[indices.length][];
        for (int i = 0; i < indices.length; i++) {
            mask[i] = draw(count, KeyedRandom.of(seed, Purpose.MASK, epoch, indices[i]));
        }
        return mask;
    }

    /** Masks the first positions of a Fisher-Yates shuffle. */
    private boolean[] draw(int count, SplittableRandom random) {
        int[] order = new int[edge * edge];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        boolean[] masked = new boolean[order.length];
        for (int i = 0; i < count; i++) {
            int other = i + random.nextInt(order.length - i);
            masked[order[other]] = true;
            order[other] = order[i];
        }
        return masked;
    }

    /** Number of masked cells in all images. */
    static int count(boolean[][] mask) {
        int count = 0;
        for (boolean[] image : mask) {
            for (boolean masked : image) {
                count += masked ? 1 : 0;
            }
        }
        return count;
    }

    /** Returns a mask as a float32 tensor (n, edge, edge), 1 for masked cells. */
    Tensor cells(boolean[][] mask, Device device) {
        float[] values = new float[mask.length * edge * edge];
        for (int i = 0; i < values.length; i++) {
            values[i] = mask[i / (edge * edge)][i % (edge * edge)] ? 1 : 0;
        }
        return Tensors.to(Tensors.ofFloats(values, mask.length, edge, edge), device);
    }

    /** Returns a mask at pixel resolution: (n, 1, H, W). */
    Tensor pixels(boolean[][] mask, Device device) {
        return enlarge(cells(mask, device), cell).unsqueeze(1);
    }

    /** Repeats each cell of masks (n, a, b) along both axes: (n, a * factor, b * factor). */
    static Tensor enlarge(Tensor cells, int factor) {
        long rows = cells.size(1);
        long columns = cells.size(2);
        return cells.unsqueeze(2)
                .unsqueeze(4)
                .expand(-1, -1, factor, -1, factor) // (n, a, factor, b, factor)
                .reshape(cells.size(0), rows * factor, columns * factor); // (n, a * factor, b * factor)
    }

    /** Returns the indices of the unmasked cells, of which each image has the same number: (n, K), int64, ascending. */
    Tensor visible(boolean[][] mask, Device device) {
        int perImage = edge * edge - count(mask) / mask.length;
        for (boolean[] image : mask) {
            if (edge * edge - count(new boolean[][] {image}) != perImage) {
                throw new IllegalArgumentException("the images of a batch must have as many masked patches each");
            }
        }
        long[] kept = new long[mask.length * perImage];
        int next = 0;
        for (boolean[] image : mask) {
            for (int i = 0; i < image.length; i++) {
                if (!image[i]) {
                    kept[next++] = i;
                }
            }
        }
        return Tensors.to(Tensors.ofLongs(kept, mask.length, perImage), device);
    }

    /** The mask as a replay reads it. */
    List<NamedTensor> drawn(boolean[][] mask) {
        return List.of(new NamedTensor("masked", cells(mask, new Device("cpu")).to(ScalarType.Byte)));
    }

    /** Captions that describe the mask of each image. */
    List<String> captions(boolean[][] mask, String what) {
        double share = 100.0 * count(mask) / (mask.length * edge * edge);
        return Collections.nCopies(
                mask.length, String.format(Locale.ROOT, "%.0f %% of %d px %s masked", share, cell, what));
    }
}

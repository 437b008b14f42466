package io.bandpass.attack;

import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Images to attack.
 *
 * @param images (N, 3, H, W) in [0, 1], float32 or float64
 * @param labels (N), int64, on the device of the images
 * @param keys a number of each image, such as its index in a data set: what is random about an image follows from it
 *     and the seed, whatever the batch and its order
 */
public record AttackBatch(Tensor images, Tensor labels, long[] keys) {
    /**
     * Checks the sizes and values.
     *
     * @throws IllegalArgumentException if the sizes do not match or a pixel is outside [0, 1]
     */
    public AttackBatch {
        long count = images.dim() == 4 ? images.size(0) : 0;
        if (count == 0 || labels.dim() != 1 || labels.size(0) != count || keys.length != count) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "images of the shape %s, labels of the shape %s and %d keys must be (N, C, H, W), (N) and N",
                    Arrays.toString(Tensors.shape(images)),
                    Arrays.toString(Tensors.shape(labels)),
                    keys.length));
        }
        if (labels.scalar_type().intern() != ScalarType.Long) {
            throw new IllegalArgumentException("labels must be int64");
        }
        try (PointerScope scope = new PointerScope()) {
            // The negation also rejects NaN.
            if (!(images.min().item_double() >= 0 && images.max().item_double() <= 1)) {
                throw new IllegalArgumentException("images to attack must lie in [0, 1], before the normalisation");
            }
        }
    }

    /** Number of images. */
    int size() {
        return keys.length;
    }

    /** Returns some of the images, by their positions (n), int64. */
    AttackBatch select(Tensor rows) {
        long[] chosen = Arrays.stream(Tensors.toLongs(rows))
                .map(row -> keys[Math.toIntExact(row)])
                .toArray();
        return new AttackBatch(images.index_select(0, rows), labels.index_select(0, rows), chosen);
    }
}

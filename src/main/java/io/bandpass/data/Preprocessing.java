package io.bandpass.data;

import io.bandpass.config.PreprocessConfig;
import io.bandpass.image.BadImageException;
import io.bandpass.image.Resize;
import io.bandpass.image.RgbImage;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Preprocessing of an image for inference: resizing and cropping to the model's input size. Immutable. */
public final class Preprocessing {
    private static final int LONGEST_STRIP = 16;

    private final int size;
    private final int edge;
    private final PreprocessConfig config;

    /** Creates the default preprocessing: resize the shorter side, then centre crop. */
    public Preprocessing(int size) {
        this(size, PreprocessConfig.DEFAULT);
    }

    /**
     * Creates a preprocessing.
     *
     * @param size edge of the model's square input, in pixels
     */
    public Preprocessing(int size, PreprocessConfig config) {
        this(size, size, config);
    }

    private Preprocessing(int size, int edge, PreprocessConfig config) {
        this.size = size;
        this.edge = edge;
        this.config = config;
    }

    /** Returns a variant whose output is shrunk to this edge if it is larger, for thumbnails. */
    public Preprocessing shrunkTo(int largestEdge) {
        return new Preprocessing(size, Math.min(size, largestEdge), config);
    }

    /** Edge of the square output, in pixels. */
    public int edge() {
        return edge;
    }

    /**
     * Returns the preprocessed image: (3, edge, edge), uint8.
     *
     * @param name for messages
     * @throws DataException if the mode requires images of the input size and this one differs
     */
    Tensor apply(RgbImage image, String name) {
        Tensor square = square(image, name);
        return edge == size
                ? square
                : Resize.bicubic(square.unsqueeze(0), edge, edge).squeeze(0); // (3, edge, edge)
    }

    private Tensor square(RgbImage image, String name) {
        return switch (config.mode()) {
            case "squash" -> Resize.bicubic(image.view(), size, size).squeeze(0); // (3, size, size)
            case "none" -> unchanged(image, name);
            default -> crop(image);
        };
    }

    private Tensor unchanged(RgbImage image, String name) {
        if (image.height() != size || image.width() != size) {
            throw new DataException(String.format(
                    Locale.ROOT,
                    "%s has %d x %d pixels, but this model takes %d x %d, and with preprocess none images are taken as"
                            + " they are; use crop or squash",
                    name,
                    image.width(),
                    image.height(),
                    size,
                    size));
        }
        return image.view().squeeze(0);
    }

    private Tensor crop(RgbImage image) {
        int shorter = Math.min(image.height(), image.width());
        int resizedShorter = config.resizedFor(size);
        // Of a strip only the middle is enlarged: the rest would be cropped anyway, and may not fit in memory.
        int top = outsideMiddle(image.height(), shorter);
        int left = outsideMiddle(image.width(), shorter);
        int middleHeight = image.height() - 2 * top;
        int middleWidth = image.width() - 2 * left;
        Tensor middle = image.view().narrow(2, top, middleHeight).narrow(3, left, middleWidth); // (1, 3, h, w)
        int height = resized(middleHeight, shorter, resizedShorter);
        int width = resized(middleWidth, shorter, resizedShorter);
        Tensor resized = Resize.bicubic(middle, height, width);
        return resized.narrow(2, margin(height), size)
                .narrow(3, margin(width), size)
                .squeeze(0); // (3, size, size)
    }

    /** Scales a side along with the shorter one, rounding down as torchvision's Resize does. */
    private static int resized(int length, int shorter, int resizedShorter) {
        return Math.toIntExact((long) length * resizedShorter / shorter);
    }

    /** Margin of the centre crop; halves are rounded to even, as in torchvision's CenterCrop. */
    private int margin(int length) {
        return (int) Math.rint((length - size) / 2.0);
    }

    private static int outsideMiddle(int length, int shorter) {
        return (int) Math.max(0, (length - (long) LONGEST_STRIP * shorter) / 2);
    }

    /**
     * Loads images as one batch.
     *
     * @param indices of the images; unreadable ones are recorded and left out
     * @return the images that were read
     * @throws DataException if too many images are unreadable, or the mode requires images of the input size and one
     *     differs
     */
    public Prepared batch(ImageSource source, int[] indices, UnreadableImages unreadable) {
        TensorVector images = new TensorVector();
        List<Integer> read = new ArrayList<>();
        for (int index : indices) {
            try (PointerScope scope = new PointerScope()) {
                images.push_back(apply(source.read(index), source.name(index)).clone());
                read.add(index);
            } catch (BadImageException e) {
                unreadable.add(source.name(index), e.reason());
                unreadable.check();
            }
        }
        Tensor stacked = read.isEmpty() ? Tensors.empty(ScalarType.Byte, 0, 3, edge, edge) : torch.stack(images);
        return new Prepared(stacked, read.stream().mapToInt(Integer::intValue).toArray());
    }

    /**
     * A preprocessed batch.
     *
     * @param images (N, 3, edge, edge), uint8, in the caller's scope
     * @param indices of the images, in the order of the batch
     */
    public record Prepared(Tensor images, int[] indices) {}
}

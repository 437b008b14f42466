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

/** What happens to an image that a trained model looks at, until it has the model's size. Immutable. */
public final class Preprocessing {
    private static final int LONGEST_STRIP = 16;

    private final int size;
    private final int edge;
    private final PreprocessConfig config;

    /** As runs do it: shorter side to the size, then the middle. */
    public Preprocessing(int size) {
        this(size, PreprocessConfig.DEFAULT);
    }

    /**
     * A preprocessing.
     *
     * @param size edge in pixels of the square that the model takes
     */
    public Preprocessing(int size, PreprocessConfig config) {
        this(size, size, config);
    }

    private Preprocessing(int size, int edge, PreprocessConfig config) {
        this.size = size;
        this.edge = edge;
        this.config = config;
    }

    /** The same images as thumbnails: what is larger than an edge is resized to it. */
    public Preprocessing shrunkTo(int largestEdge) {
        return new Preprocessing(size, Math.min(size, largestEdge), config);
    }

    /** Edge of the square that comes out, in pixels. */
    public int edge() {
        return edge;
    }

    /**
     * One image: (3, edge, edge), uint8.
     *
     * @param name for messages
     * @throws DataException if it must have the size and has another
     */
    Tensor apply(RgbImage image, String name) {
        Tensor seen = seen(image, name);
        return edge == size
                ? seen
                : Resize.bicubic(seen.unsqueeze(0), edge, edge).squeeze(0);
    }

    private Tensor seen(RgbImage image, String name) {
        return switch (config.mode()) {
            case "squash" -> Resize.bicubic(image.view(), size, size).squeeze(0);
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
        // Of a strip only the middle is enlarged: the rest would be cut off again, and may not fit in memory.
        int top = outsideMiddle(image.height(), shorter);
        int left = outsideMiddle(image.width(), shorter);
        int middleHeight = image.height() - 2 * top;
        int middleWidth = image.width() - 2 * left;
        Tensor middle = image.view().narrow(2, top, middleHeight).narrow(3, left, middleWidth);
        int height = resized(middleHeight, shorter, resizedShorter);
        int width = resized(middleWidth, shorter, resizedShorter);
        Tensor resized = Resize.bicubic(middle, height, width);
        return resized.narrow(2, margin(height), size)
                .narrow(3, margin(width), size)
                .squeeze(0);
    }

    /** A side after the shorter one was resized; in proportion, rounded down, as torchvision's Resize does. */
    private static int resized(int length, int shorter, int resizedShorter) {
        return Math.toIntExact((long) length * resizedShorter / shorter);
    }

    /** What is cut off before the middle; a half is rounded to the even number, as torchvision's CenterCrop does. */
    private int margin(int length) {
        return (int) Math.rint((length - size) / 2.0);
    }

    private static int outsideMiddle(int length, int shorter) {
        return (int) Math.max(0, (length - (long) LONGEST_STRIP * shorter) / 2);
    }

    /**
     * Images as one batch.
     *
     * @param indices of the images; those that cannot be read are noted and left out
     * @return what was read
     * @throws DataException if too many images cannot be read, or one must have the size and has another
     */
    public Prepared batch(ImageSource source, int[] indices, UnreadableImages bad) {
        TensorVector images = new TensorVector();
        List<Integer> read = new ArrayList<>();
        for (int index : indices) {
            try (PointerScope scope = new PointerScope()) {
                images.push_back(apply(source.read(index), source.name(index)).clone());
                read.add(index);
            } catch (BadImageException e) {
                bad.add(source.name(index), e.reason());
                bad.check();
            }
        }
        Tensor stacked = read.isEmpty() ? Tensors.empty(ScalarType.Byte, 0, 3, edge, edge) : torch.stack(images);
        return new Prepared(stacked, read.stream().mapToInt(Integer::intValue).toArray());
    }

    /**
     * Images that were read.
     *
     * @param images (n, 3, edge, edge), uint8, in the caller's scope
     * @param indices which they are
     */
    public record Prepared(Tensor images, int[] indices) {}
}

package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.RgbImage;
import java.util.List;

/** Images of a CIFAR file: 32 x 32 pixels in colour, each with a label. */
final class CifarImages implements ImageSource {
    /** Height and width of an image. */
    static final int EDGE = 32;

    /** Bytes per image. */
    static final int BYTES = 3 * EDGE * EDGE;

    /** The pixels of a file. Thread-safe. */
    interface Pixels {
        /** Returns a copy of an image: (32, 32, 3), row-major. */
        byte[] rgb(int row) throws BadImageException;
    }

    private final String fileName;
    private final int size;
    private final byte[] labels;
    private final List<String> classNames;
    private final Pixels pixels;

    /**
     * Creates a set of images.
     *
     * @param labels label of each image, unsigned; ignored if there are no classes
     * @param classNames by label; empty for no labels
     */
    CifarImages(String fileName, int size, byte[] labels, List<String> classNames, Pixels pixels) {
        this.fileName = fileName;
        this.size = size;
        this.labels = labels;
        this.classNames = List.copyOf(classNames);
        this.pixels = pixels;
    }

    String fileName() {
        return fileName;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public String name(int index) {
        return fileName + "#" + index;
    }

    @Override
    public int label(int index) {
        return classNames.isEmpty() ? UNLABELLED : labels[index] & 0xFF;
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public RgbImage read(int index) throws BadImageException {
        return RgbImage.of(pixels.rgb(index), EDGE, EDGE);
    }
}

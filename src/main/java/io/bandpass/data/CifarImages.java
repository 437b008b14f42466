package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.RgbImage;
import java.util.List;

/** Images of a file of CIFAR: 32 x 32 pixels in colour, with a label each. */
final class CifarImages implements ImageSource {
    /** Rows and columns of an image. */
    static final int EDGE = 32;

    /** Length of an image. */
    static final int BYTES = 3 * EDGE * EDGE;

    /** The pixels of a file. Any thread may ask for them. */
    interface Pixels {
        /** A copy of an image: (32, 32, 3), row-major. */
        byte[] rgb(int row) throws BadImageException;
    }

    private final String fileName;
    private final int size;
    private final byte[] labels;
    private final List<String> classNames;
    private final Pixels pixels;

    /**
     * Images.
     *
     * @param labels of each image, unsigned; not looked at where there are no classes
     * @param classNames by label; empty for no labels
     */
    CifarImages(String fileName, int size, byte[] labels, List<String> classNames, Pixels pixels) {
        this.fileName = fileName;
        this.size = size;
        this.labels = labels;
        this.classNames = List.copyOf(classNames);
        this.pixels = pixels;
    }

    /** The name of the file that they are in. */
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

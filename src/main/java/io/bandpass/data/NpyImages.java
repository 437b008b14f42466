package io.bandpass.data;

import io.bandpass.image.RgbImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows of a NumPy file of images, (N, H, W, 3) in uint8, with their labels in another one: the layout of CIFAR-10-C
 * (Hendrycks and Dietterich, ICLR 2019).
 */
public final class NpyImages implements ImageSource {
    private static final int AXES = 4;
    private static final int CHANNELS = 3;

    private final String fileName;
    private final int firstRow;
    private final int height;
    private final int width;
    private final byte[] pixels;
    private final int[] labels;
    private final List<String> classNames;

    private NpyImages(String fileName, int firstRow, NpyArray images, int[] labels, List<String> classNames) {
        this.fileName = fileName;
        this.firstRow = firstRow;
        height = (int) images.shape()[1];
        width = (int) images.shape()[2];
        pixels = images.values();
        this.labels = labels;
        this.classNames = List.copyOf(classNames);
    }

    /**
     * Reads rows of both files.
     *
     * @param firstRow of the rows
     * @param count number of rows
     * @param classNames by label, as {@link #classNames(Path)} gives them
     * @throws DataException if the files do not hold such images and labels
     */
    public static NpyImages read(Path images, Path labels, int firstRow, int count, List<String> classNames) {
        NpyArray pixels = NpyArray.read(images, firstRow, count);
        long[] shape = pixels.shape();
        if (shape.length != AXES || shape[AXES - 1] != CHANNELS || pixels.width() != 1 || shape[1] * shape[2] == 0) {
            throw new DataException(images + " must hold images of the shape (N, H, W, 3) in uint8, but its shape is "
                    + Arrays.toString(shape));
        }
        NpyArray numbers = NpyArray.read(labels, firstRow, count);
        if (numbers.shape().length != 1 || numbers.shape()[0] != shape[0]) {
            throw new DataException(labels + " must hold a label for each of the " + shape[0] + " images of " + images
                    + ", but its shape is " + Arrays.toString(numbers.shape()));
        }
        int[] classes = new int[count];
        for (int i = 0; i < count; i++) {
            long label = numbers.value(i);
            if (label < 0 || label >= classNames.size()) {
                throw new DataException(labels + " has the label " + label + " in row " + (firstRow + i)
                        + ", but labels are from 0 to " + (classNames.size() - 1));
            }
            classes[i] = (int) label;
        }
        return new NpyImages(String.valueOf(images.getFileName()), firstRow, pixels, classes, classNames);
    }

    /**
     * Returns the number of rows of a file.
     *
     * @throws DataException if it is no NumPy file of integers
     */
    public static long rows(Path file) {
        return NpyArray.read(file, 0, 0).shape()[0];
    }

    /**
     * Returns the classes of a file of labels: those of CIFAR-10 if all labels are below 10, else those of CIFAR-100.
     *
     * @throws DataException if it holds no labels of CIFAR
     */
    public static List<String> classNames(Path labels) {
        NpyArray numbers = NpyArray.read(labels, 0, -1);
        long largest = IntStream.range(0, numbers.size())
                .mapToLong(numbers::value)
                .max()
                .orElse(-1);
        if (largest < 0 || largest >= CifarFormat.HUNDRED_NAMES.size()) {
            throw new DataException(labels + " must hold labels of CIFAR-10 or CIFAR-100, which are from 0 to 9 or 99");
        }
        return largest < CifarFormat.TEN_NAMES.size() ? CifarFormat.TEN_NAMES : CifarFormat.HUNDRED_NAMES;
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public String name(int index) {
        return fileName + "#" + (firstRow + index);
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public RgbImage read(int index) {
        int bytes = height * width * CHANNELS;
        return RgbImage.of(Arrays.copyOfRange(pixels, index * bytes, (index + 1) * bytes), height, width);
    }
}

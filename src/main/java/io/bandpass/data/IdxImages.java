package io.bandpass.data;

import io.bandpass.image.RgbImage;
import io.bandpass.text.Counts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Grey images of an IDX file, with the labels of the accompanying file if it exists. */
final class IdxImages implements ImageSource {
    private static final String IMAGES = "images-idx3-ubyte";
    private static final String LABELS = "labels-idx1-ubyte";
    private static final long LARGEST_IMAGE = Integer.MAX_VALUE / 4;

    private final String fileName;
    private final IdxFile images;
    private final @Nullable IdxFile labels;
    private final List<String> classNames;

    private IdxImages(Path file, @Nullable Path labelFile, long maxPixels) {
        fileName = String.valueOf(file.getFileName());
        images = IdxFile.read(file, 3);
        labels = labelFile == null ? null : IdxFile.read(labelFile, 1);
        long pixels = (long) images.counts()[1] * images.counts()[2];
        if (pixels == 0 || pixels > Math.min(maxPixels, LARGEST_IMAGE)) {
            throw new DataException(file + " claims images of " + images.counts()[2] + " x " + images.counts()[1]
                    + " pixels; there must be 1 to " + Math.min(maxPixels, LARGEST_IMAGE) + " (data.max-pixels)");
        }
        int classes = 0;
        if (labels != null) {
            if (labels.counts()[0] != images.counts()[0]) {
                throw new DataException(labelFile + " holds " + Counts.of(labels.counts()[0], "label") + " for the "
                        + Counts.of(images.counts()[0], "image") + " of " + file);
            }
            for (byte label : labels.values()) {
                classes = Math.max(classes, (label & 0xFF) + 1);
            }
        }
        classNames = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }

    private IdxImages(IdxImages other, List<String> classNames) {
        fileName = other.fileName;
        images = other.images;
        labels = other.labels;
        this.classNames = classNames;
    }

    /** Returns the same images with the classes of another split too, whose labels may exceed those found here. */
    IdxImages withClassesOf(IdxImages other) {
        return labels == null || other.classNames.size() <= classNames.size()
                ? this
                : new IdxImages(this, other.classNames);
    }

    static boolean isImageFile(Path file) {
        String name = String.valueOf(file.getFileName());
        return Files.isRegularFile(file) && (name.endsWith(IMAGES) || name.endsWith(IMAGES + ".gz"));
    }

    /** Opens a file of images and, if there is one, the file of labels beside it. */
    static IdxImages open(Path file, boolean withLabels, long maxPixels) {
        return new IdxImages(file, withLabels ? labelsOf(file) : null, maxPixels);
    }

    /** Returns the file of labels; either file may be compressed without the other. */
    private static @Nullable Path labelsOf(Path file) {
        String name = String.valueOf(file.getFileName());
        String stem = name.substring(0, name.lastIndexOf(IMAGES)) + LABELS;
        String ending = name.endsWith(".gz") ? ".gz" : "";
        for (String candidate : List.of(stem + ending, stem, stem + ".gz")) {
            Path labels = file.resolveSibling(candidate);
            if (Files.isRegularFile(labels)) {
                return labels;
            }
        }
        return null;
    }

    /** Returns the image file of a split ({@code train} or {@code t10k}) in a folder. */
    static Optional<Path> find(Path folder, String split) {
        for (String ending : List.of("", ".gz")) {
            Path file = folder.resolve(split + "-" + IMAGES + ending);
            if (Files.isRegularFile(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    int height() {
        return images.counts()[1];
    }

    int width() {
        return images.counts()[2];
    }

    @Override
    public int size() {
        return images.counts()[0];
    }

    @Override
    public String name(int index) {
        return fileName + "#" + index;
    }

    @Override
    public int label(int index) {
        return labels == null ? UNLABELLED : labels.values()[index] & 0xFF;
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public RgbImage read(int index) {
        int height = height();
        int width = width();
        byte[] rgb = new byte[3 * height * width];
        int start = index * height * width;
        for (int i = 0; i < height * width; i++) {
            byte grey = images.values()[start + i];
            rgb[3 * i] = grey;
            rgb[3 * i + 1] = grey;
            rgb[3 * i + 2] = grey;
        }
        return RgbImage.of(rgb, height, width);
    }
}

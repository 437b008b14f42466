package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.Reduction;
import io.bandpass.image.RgbImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An ordered set of images. All methods may be called from many threads. */
public interface ImageSource {
    /** The label of an image without one. */
    int UNLABELLED = -1;

    int size();

    /** A name for people: a path, or file#row. */
    String name(int index);

    /**
     * The name below what was given: the path below a folder, with forward slashes on every system. As {@link #name(int)}
     * where nothing stands above it.
     */
    default String relativeName(int index) {
        return name(index);
    }

    /** The file that holds this image alone; empty where images share a file. */
    default Optional<Path> file(int index) {
        return Optional.empty();
    }

    /** Number of the class, or {@link #UNLABELLED}. */
    int label(int index);

    /** Names of the classes by number; empty where there are no labels. */
    List<String> classNames();

    /**
     * Decodes an image; its memory is freed by the caller's PointerScope.
     *
     * @throws BadImageException if it cannot be read, with the reason
     */
    RgbImage read(int index) throws BadImageException;

    /**
     * As {@link #read(int)}, but perhaps at a smaller size, where that is quicker.
     *
     * @param reduction asked for the largest reduction that is allowed
     * @throws BadImageException if it cannot be read, with the reason
     */
    default RgbImage read(int index, Reduction reduction) throws BadImageException {
        return read(index);
    }

    /** The images at these positions, as a set of their own. */
    default ImageSource select(int[] indices) {
        return new SelectedImages(this, indices);
    }

    /** Whether every image has a label. */
    default boolean isLabelled() {
        return !classNames().isEmpty();
    }
}

package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.Reduction;
import io.bandpass.image.RgbImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** An ordered set of images. Thread-safe. */
public interface ImageSource {
    /** The label of an unlabelled image. */
    int UNLABELLED = -1;

    int size();

    /** Human-readable name: a path, or file#row. */
    String name(int index);

    /**
     * Name relative to the source: the path below a folder, with forward slashes on every system. Equals {@link
     * #name(int)} if the source is not a folder.
     */
    default String relativeName(int index) {
        return name(index);
    }

    /** The file that holds this image alone; empty for an image in a multi-image file. */
    default Optional<Path> file(int index) {
        return Optional.empty();
    }

    /** The member of an archive that is this image as a file; empty for an image stored otherwise. */
    default Optional<ArchiveMember> member(int index) {
        return Optional.empty();
    }

    /** Positions at which the images of each shard begin, ascending from 0; empty if not all images are in shards. */
    default int[] shardStarts() {
        return new int[0];
    }

    /** Index of the class, or {@link #UNLABELLED}. */
    int label(int index);

    /** Class names by label; empty if there are no labels. */
    List<String> classNames();

    /**
     * Decodes an image; the caller's PointerScope frees its memory.
     *
     * @throws BadImageException if it cannot be read, with the reason
     */
    RgbImage read(int index) throws BadImageException;

    /**
     * As {@link #read(int)}, but possibly at a smaller size, if that is faster.
     *
     * @param reduction returns the largest allowed reduction
     * @throws BadImageException if it cannot be read, with the reason
     */
    default RgbImage read(int index, Reduction reduction) throws BadImageException {
        return read(index);
    }

    /** Returns the subset of the images at these positions. */
    default ImageSource select(int[] indices) {
        return new SelectedImages(this, indices);
    }

    /** Returns the positions of so many images at most, spread evenly, so that sets sorted by class stay balanced. */
    default int[] spread(int limit) {
        int count = Math.min(limit, size());
        return IntStream.range(0, count)
                .map(i -> (int) ((long) i * size() / count))
                .toArray();
    }

    /** Returns the images at {@link #spread}. */
    default ImageSource atMost(int limit) {
        return size() <= limit ? this : select(spread(limit));
    }

    /** Whether the images have labels. */
    default boolean isLabelled() {
        return !classNames().isEmpty();
    }
}

package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.DecodeOptions;
import io.bandpass.image.ImageDecoder;
import io.bandpass.image.Reduction;
import io.bandpass.image.RgbImage;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/** Images stored as one file each. */
public final class ImageFiles implements ImageSource {
    private final PathTable files;
    private final Path base;
    private final IntUnaryOperator labels;
    private final List<String> classNames;
    private final DecodeOptions decoding;

    private ImageFiles(
            PathTable files, Path base, IntUnaryOperator labels, List<String> classNames, DecodeOptions decoding) {
        this.files = files;
        this.base = base;
        this.labels = labels;
        this.classNames = List.copyOf(classNames);
        this.decoding = decoding;
    }

    /**
     * Creates a set without labels.
     *
     * @param base root of the relative names; files outside it keep their full names
     */
    public static ImageFiles unlabelled(PathTable files, Path base, DecodeOptions decoding) {
        return new ImageFiles(files, base, index -> UNLABELLED, List.of(), decoding);
    }

    /**
     * Creates a set in which the class of a file is the top-level folder it is in, below the base.
     *
     * @param classNames all classes; empty for no labels
     */
    static ImageFiles labelled(PathTable files, Path base, List<String> classNames, DecodeOptions decoding) {
        Map<String, Integer> numbers = new HashMap<>();
        classNames.forEach(name -> numbers.put(name, numbers.size()));
        int[] ofFolder = files.folders().stream()
                .mapToInt(folder -> folder.equals(base)
                        ? UNLABELLED
                        : numbers.getOrDefault(
                                FileNames.text(base.relativize(folder).getName(0)), UNLABELLED))
                .toArray();
        return new ImageFiles(files, base, index -> ofFolder[files.folder(index)], classNames, decoding);
    }

    /**
     * Creates a set with explicit labels.
     *
     * @param labels class indices, in the order of the files
     */
    static ImageFiles labelled(
            PathTable files, Path base, int[] labels, List<String> classNames, DecodeOptions decoding) {
        return new ImageFiles(files, base, index -> labels[index], classNames, decoding);
    }

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public String name(int index) {
        return FileNames.text(files.path(index));
    }

    @Override
    public String relativeName(int index) {
        Path file = files.path(index);
        return file.startsWith(base)
                ? FileCollector.relativeName(base, file)
                : FileCollector.slashed(FileNames.text(file));
    }

    @Override
    public Optional<Path> file(int index) {
        return Optional.of(files.path(index));
    }

    @Override
    public int label(int index) {
        return labels.applyAsInt(index);
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public RgbImage read(int index) throws BadImageException {
        return ImageDecoder.read(files.path(index), Reduction.NONE, decoding.maxPixels());
    }

    @Override
    public RgbImage read(int index, Reduction reduction) throws BadImageException {
        return ImageDecoder.read(
                files.path(index), decoding.reduced() ? reduction : Reduction.NONE, decoding.maxPixels());
    }
}

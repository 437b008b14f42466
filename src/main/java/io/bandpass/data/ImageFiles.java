package io.bandpass.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Images in files of their own. */
final class ImageFiles implements ImageSource {
    private final PathTable files;
    private final Path base;
    private final int[] labelOfFolder;
    private final List<String> classNames;
    private final boolean reducedDecoding;

    private ImageFiles(
            PathTable files, Path base, int[] labelOfFolder, List<String> classNames, boolean reducedDecoding) {
        this.files = files;
        this.base = base;
        this.labelOfFolder = labelOfFolder;
        this.classNames = List.copyOf(classNames);
        this.reducedDecoding = reducedDecoding;
    }

    /**
     * Files without labels.
     *
     * @param base which relative names are relative to; files outside keep their whole names
     */
    static ImageFiles unlabelled(PathTable files, Path base, boolean reducedDecoding) {
        int[] none = new int[files.folders().size()];
        Arrays.fill(none, UNLABELLED);
        return new ImageFiles(files, base, none, List.of(), reducedDecoding);
    }

    /**
     * Files whose class is the name of the folder in the base.
     *
     * @param classNames all classes; empty for no labels
     */
    static ImageFiles labelled(PathTable files, Path base, List<String> classNames, boolean reducedDecoding) {
        Map<String, Integer> numbers = new HashMap<>();
        classNames.forEach(name -> numbers.put(name, numbers.size()));
        int[] labels = files.folders().stream()
                .mapToInt(folder -> folder.equals(base)
                        ? UNLABELLED
                        : numbers.getOrDefault(
                                base.relativize(folder).getName(0).toString(), UNLABELLED))
                .toArray();
        return new ImageFiles(files, base, labels, classNames, reducedDecoding);
    }

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public String name(int index) {
        return files.path(index).toString();
    }

    @Override
    public String relativeName(int index) {
        Path file = files.path(index);
        return (file.startsWith(base) ? FileCollector.relativeName(base, file) : file.toString()).replace('\\', '/');
    }

    @Override
    public int label(int index) {
        return labelOfFolder[files.folder(index)];
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public RgbImage read(int index) throws BadImageException {
        return ImageDecoder.read(files.path(index), Reduction.NONE);
    }

    @Override
    public RgbImage read(int index, Reduction reduction) throws BadImageException {
        return ImageDecoder.read(files.path(index), reducedDecoding ? reduction : Reduction.NONE);
    }
}

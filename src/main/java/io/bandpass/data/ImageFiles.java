package io.bandpass.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Images in files of their own. */
final class ImageFiles implements ImageSource {
    /** One file: where it is, its name for people, and its class number or {@link #UNLABELLED}. */
    record Entry(Path path, String name, int label) {}

    private static final long LARGEST_FILE = 1L << 30;

    private final List<Entry> entries;
    private final List<String> classNames;

    ImageFiles(List<Entry> entries, List<String> classNames) {
        this.entries = List.copyOf(entries);
        this.classNames = List.copyOf(classNames);
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public String name(int index) {
        return entries.get(index).name();
    }

    @Override
    public int label(int index) {
        return entries.get(index).label();
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public RgbImage read(int index) throws BadImageException {
        Path path = entries.get(index).path();
        try {
            if (Files.size(path) > LARGEST_FILE) {
                throw new BadImageException("the file is larger than 1 GiB");
            }
            return ImageDecoder.decode(Files.readAllBytes(path));
        } catch (IOException e) {
            throw BadImageException.unreadable(e);
        }
    }
}

package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.Reduction;
import io.bandpass.image.RgbImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Several sets one after the other. Labelled only where all parts have the same classes. */
final class JoinedImages implements ImageSource {
    private final List<ImageSource> parts;
    private final List<String> classNames;

    JoinedImages(List<ImageSource> parts) {
        this.parts = List.copyOf(parts);
        List<String> first = parts.isEmpty() ? List.of() : parts.get(0).classNames();
        boolean same = parts.stream().allMatch(part -> part.classNames().equals(first));
        classNames = same ? first : List.of();
    }

    @Override
    public int size() {
        return parts.stream().mapToInt(ImageSource::size).sum();
    }

    @Override
    public String name(int index) {
        return find(index, ImageSource::name);
    }

    @Override
    public String relativeName(int index) {
        return find(index, ImageSource::relativeName);
    }

    @Override
    public Optional<Path> file(int index) {
        return find(index, ImageSource::file);
    }

    @Override
    public int label(int index) {
        return isLabelled() ? find(index, ImageSource::label) : UNLABELLED;
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public RgbImage read(int index) throws BadImageException {
        return read(index, Reduction.NONE);
    }

    @Override
    public RgbImage read(int index, Reduction reduction) throws BadImageException {
        return find(index, (part, rest) -> part.read(rest, reduction));
    }

    private interface Property<T, E extends Exception> {
        T of(ImageSource source, int index) throws E;
    }

    private <T, E extends Exception> T find(int index, Property<T, E> property) throws E {
        int rest = index;
        for (ImageSource part : parts) {
            if (rest < part.size()) {
                return property.of(part, rest);
            }
            rest -= part.size();
        }
        throw new IndexOutOfBoundsException(index);
    }
}

package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.Reduction;
import io.bandpass.image.RgbImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Concatenation of several sets. Labelled only if all of them have the same classes. */
final class JoinedImages implements ImageSource {
    private final List<ImageSource> sets;
    private final List<String> classNames;

    JoinedImages(List<ImageSource> sets) {
        this.sets = List.copyOf(sets);
        List<String> first = sets.isEmpty() ? List.of() : sets.get(0).classNames();
        boolean same = sets.stream().allMatch(set -> set.classNames().equals(first));
        classNames = same ? first : List.of();
    }

    @Override
    public int size() {
        return sets.stream().mapToInt(ImageSource::size).sum();
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
    public Optional<ArchiveMember> member(int index) {
        return find(index, ImageSource::member);
    }

    @Override
    public int[] shardStarts() {
        IntStream.Builder starts = IntStream.builder();
        int before = 0;
        for (ImageSource set : sets) {
            int[] own = set.shardStarts();
            if (own.length == 0 && set.size() > 0) {
                return own;
            }
            for (int start : own) {
                starts.add(before + start);
            }
            before += set.size();
        }
        return starts.build().toArray();
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
        return find(index, (set, rest) -> set.read(rest, reduction));
    }

    private interface Property<T, E extends Exception> {
        T of(ImageSource source, int index) throws E;
    }

    private <T, E extends Exception> T find(int index, Property<T, E> property) throws E {
        int rest = index;
        for (ImageSource set : sets) {
            if (rest < set.size()) {
                return property.of(set, rest);
            }
            rest -= set.size();
        }
        throw new IndexOutOfBoundsException(index);
    }
}

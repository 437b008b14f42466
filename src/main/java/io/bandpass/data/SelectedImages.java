package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.Reduction;
import io.bandpass.image.RgbImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Subset of another set. */
final class SelectedImages implements ImageSource {
    private final ImageSource source;
    private final int[] indices;

    SelectedImages(ImageSource source, int[] indices) {
        this.source = source;
        this.indices = indices.clone();
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public String name(int index) {
        return source.name(indices[index]);
    }

    @Override
    public String relativeName(int index) {
        return source.relativeName(indices[index]);
    }

    @Override
    public Optional<Path> file(int index) {
        return source.file(indices[index]);
    }

    @Override
    public Optional<ArchiveMember> member(int index) {
        return source.member(indices[index]);
    }

    @Override
    public int[] shardStarts() {
        int[] all = source.shardStarts();
        if (all.length == 0) {
            return all;
        }
        int[] shards = IntStream.of(indices)
                .map(index -> Arrays.binarySearch(all, index))
                .map(found -> found < 0 ? -found - 2 : found)
                .toArray();
        return IntStream.range(0, shards.length)
                .filter(i -> i == 0 || shards[i] != shards[i - 1])
                .toArray();
    }

    @Override
    public int label(int index) {
        return source.label(indices[index]);
    }

    @Override
    public List<String> classNames() {
        return source.classNames();
    }

    @Override
    public RgbImage read(int index) throws BadImageException {
        return source.read(indices[index]);
    }

    @Override
    public RgbImage read(int index, Reduction reduction) throws BadImageException {
        return source.read(indices[index], reduction);
    }
}

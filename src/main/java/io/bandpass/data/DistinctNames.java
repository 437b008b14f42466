package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.Reduction;
import io.bandpass.image.RgbImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Images under their full names, for sets in which relative names clash: 1.png in two folders. */
final class DistinctNames implements ImageSource {
    private final ImageSource source;

    private DistinctNames(ImageSource source) {
        this.source = source;
    }

    /** Returns the same images with unique relative names. */
    static ImageSource of(ImageSource source) {
        // 64-bit hashes suffice: a collision is next to impossible, and harmless.
        long[] seen = new long[source.size()];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = hash(source.relativeName(i));
        }
        Arrays.sort(seen);
        for (int i = 1; i < seen.length; i++) {
            if (seen[i] == seen[i - 1]) {
                return new DistinctNames(source);
            }
        }
        return source;
    }

    /** FNV-1a over UTF-16, 64 bits. */
    private static long hash(String text) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        return hash;
    }

    @Override
    public int size() {
        return source.size();
    }

    @Override
    public String name(int index) {
        return source.name(index);
    }

    @Override
    public String relativeName(int index) {
        return FileCollector.slashed(source.name(index));
    }

    @Override
    public Optional<Path> file(int index) {
        return source.file(index);
    }

    @Override
    public Optional<ArchiveMember> member(int index) {
        return source.member(index);
    }

    @Override
    public int[] shardStarts() {
        return source.shardStarts();
    }

    @Override
    public int label(int index) {
        return source.label(index);
    }

    @Override
    public List<String> classNames() {
        return source.classNames();
    }

    @Override
    public RgbImage read(int index) throws BadImageException {
        return source.read(index);
    }

    @Override
    public RgbImage read(int index, Reduction reduction) throws BadImageException {
        return source.read(index, reduction);
    }
}

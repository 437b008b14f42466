package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.Reduction;
import io.bandpass.image.RgbImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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

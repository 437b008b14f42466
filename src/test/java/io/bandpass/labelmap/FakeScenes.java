package io.bandpass.labelmap;

import io.bandpass.config.LabelClasses;
import io.bandpass.image.BadImageException;
import io.bandpass.testing.FakeImages;
import java.util.List;

/** Fake images whose label maps have stripes of three classes, and some pixels without any. */
final class FakeScenes extends FakeImages implements LabelMapSource {
    private static final LabelClasses CLASSES =
            new LabelClasses(List.of("a", "b", "c"), List.of(0, 1, 2), List.of(0, 1, 2), 255);

    private final int height;
    private final int width;

    FakeScenes(int size, int height, int width) {
        super(size, height, width);
        this.height = height;
        this.width = width;
    }

    @Override
    public LabelClasses classes() {
        return CLASSES;
    }

    @Override
    public LabelledImage readLabelled(int index) throws BadImageException {
        short[] ids = new short[height * width];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (short) ((i / width * 3 / height + index) % 3);
            if (i % 11 == index % 11) {
                ids[i] = LabelMap.IGNORED;
            }
        }
        return new LabelledImage(read(index), new LabelMap(ids, height, width));
    }

    @Override
    public LabelMapSource select(int[] indices) {
        throw new UnsupportedOperationException();
    }
}

package io.bandpass.labelmap;

import io.bandpass.config.LabelClasses;
import io.bandpass.image.BadImageException;
import io.bandpass.image.Reduction;
import io.bandpass.image.RgbImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Several sets of the same classes, one after the other. */
final class JoinedLabelMaps implements LabelMapSource {
    private final List<LabelMapSource> sets;
    /** Set of each image, and its index there. */
    private final int[] setOf;

    private final int[] indexOf;

    private JoinedLabelMaps(List<LabelMapSource> sets, int[] setOf, int[] indexOf) {
        this.sets = sets;
        this.setOf = setOf;
        this.indexOf = indexOf;
    }

    /**
     * Joins sets.
     *
     * @param sets at least one, with equal classes
     */
    static LabelMapSource of(List<LabelMapSource> sets) {
        if (sets.size() == 1) {
            return sets.get(0);
        }
        return new JoinedLabelMaps(
                List.copyOf(sets),
                IntStream.range(0, sets.size())
                        .flatMap(set -> IntStream.range(0, sets.get(set).size()).map(index -> set))
                        .toArray(),
                sets.stream()
                        .flatMapToInt(set -> IntStream.range(0, set.size()))
                        .toArray());
    }

    private LabelMapSource set(int index) {
        return sets.get(setOf[index]);
    }

    @Override
    public LabelClasses classes() {
        return sets.get(0).classes();
    }

    @Override
    public LabelledImage readLabelled(int index) throws BadImageException {
        return set(index).readLabelled(indexOf[index]);
    }

    @Override
    public LabelMapSource select(int[] indices) {
        return new JoinedLabelMaps(
                sets,
                IntStream.of(indices).map(index -> setOf[index]).toArray(),
                IntStream.of(indices).map(index -> indexOf[index]).toArray());
    }

    @Override
    public int size() {
        return setOf.length;
    }

    @Override
    public String name(int index) {
        return set(index).name(indexOf[index]);
    }

    @Override
    public String relativeName(int index) {
        return set(index).relativeName(indexOf[index]);
    }

    @Override
    public Optional<Path> file(int index) {
        return set(index).file(indexOf[index]);
    }

    @Override
    public RgbImage read(int index) throws BadImageException {
        return set(index).read(indexOf[index]);
    }

    @Override
    public RgbImage read(int index, Reduction reduction) throws BadImageException {
        return set(index).read(indexOf[index], reduction);
    }
}

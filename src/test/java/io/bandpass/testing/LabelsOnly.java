package io.bandpass.testing;

import io.bandpass.data.ImageSource;
import io.bandpass.image.RgbImage;
import java.util.List;
import java.util.stream.IntStream;

/** Images of which only the classes matter, as their features are there already. */
public record LabelsOnly(int[] labels, List<String> classNames) implements ImageSource {
    /** Images of classes that are named by their numbers. */
    public static LabelsOnly of(int classes, int... labels) {
        return new LabelsOnly(
                labels, IntStream.range(0, classes).mapToObj(i -> "class-" + i).toList());
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public String name(int index) {
        return "image-" + index;
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public RgbImage read(int index) {
        throw new AssertionError("features are there already");
    }
}

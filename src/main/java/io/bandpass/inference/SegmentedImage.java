package io.bandpass.inference;

import io.bandpass.config.LabelClasses;
import io.bandpass.labelmap.LabelMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * An image whose every pixel has a class.
 *
 * @param labels of the image's own size
 * @param classes names and colours of the classes
 */
public record SegmentedImage(LabelMap labels, LabelClasses classes) {
    /**
     * Returns the name of the class at a pixel.
     *
     * @param row from the top, from 0
     * @param column from the left, from 0
     * @throws IndexOutOfBoundsException if the image has no such pixel
     */
    public String classAt(int row, int column) {
        int y = Objects.checkIndex(row, labels.height());
        int x = Objects.checkIndex(column, labels.width());
        return classes.names().get(labels.ids()[y * labels.width() + x]);
    }

    /** Returns the share of the pixels of each class, 0 to 1, by class id. */
    public List<Double> shares() {
        long[] pixels = new long[classes.size()];
        for (short id : labels.ids()) {
            pixels[id]++;
        }
        List<Double> shares = new ArrayList<>();
        for (long count : pixels) {
            shares.add(count / (double) labels.ids().length);
        }
        return shares;
    }
}

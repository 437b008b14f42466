package io.bandpass.labelmap;

import io.bandpass.config.SceneAugmentConfig;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Part of a resized image and its label map.
 *
 * @param height of the whole resized image
 * @param width of the whole resized image
 * @param top first row of the part
 * @param left first column of the part
 * @param rows of the part
 * @param columns of the part
 */
record SceneCrop(int height, int width, int top, int left, int rows, int columns) {
    /** How many crops are looked at; the one after them is taken as it is. */
    private static final int CHECKS = 10;

    /** Returns the whole image, resized. */
    static SceneCrop whole(int height, int width) {
        return new SceneCrop(height, width, 0, 0, height, width);
    }

    /**
     * Draws a size and a crop.
     *
     * @param size largest edge of the crop
     */
    static SceneCrop draw(SceneAugmentConfig config, LabelMap labels, int size, SplittableRandom random) {
        double low = config.ratios().get(0);
        double ratio = low + (config.ratios().get(1) - low) * random.nextDouble();
        SceneCrop resized = resized(config, labels.height(), labels.width(), ratio);
        int rows = Math.min(size, resized.height);
        int columns = Math.min(size, resized.width);
        return firstFitting(labels, config.maxClassShare(), () -> {
            int top = random.nextInt(resized.height - rows + 1);
            int left = random.nextInt(resized.width - columns + 1);
            return new SceneCrop(resized.height, resized.width, top, left, rows, columns);
        });
    }

    /**
     * Returns the whole image of a size, as mmcv computes it: the sides keep their proportion and are the largest that
     * fit the configured longest and shortest side times the ratio, both rounded down.
     */
    static SceneCrop resized(SceneAugmentConfig config, int height, int width, double ratio) {
        int longSide = Math.max(height, width);
        int shortSide = Math.min(height, width);
        int longest = config.resize().isEmpty() ? longSide : config.resize().get(0);
        int shortest = config.resize().isEmpty() ? shortSide : config.resize().get(1);
        double factor =
                Math.min((int) (longest * ratio) / (double) longSide, (int) (shortest * ratio) / (double) shortSide);
        return whole(scaled(height, factor), scaled(width, factor));
    }

    private static int scaled(int side, double factor) {
        return Math.max(1, (int) (side * factor + 0.5));
    }

    /**
     * Draws crops until one has several classes, none of which covers as much as the largest allowed share of the
     * pixels that are not ignored.
     *
     * @param maxClassShare with 1 the first crop is taken
     */
    static SceneCrop firstFitting(LabelMap labels, double maxClassShare, Supplier<SceneCrop> crops) {
        SceneCrop crop = crops.get();
        for (int check = 0; check < CHECKS && maxClassShare < 1 && !crop.fits(labels, maxClassShare); check++) {
            crop = crops.get();
        }
        return crop;
    }

    private boolean fits(LabelMap labels, double maxClassShare) {
        int[] counts = new int[Short.MAX_VALUE + 1];
        int classes = 0;
        int largest = 0;
        int all = 0;
        for (short id : of(labels).ids()) {
            if (id >= 0) {
                int count = ++counts[id];
                if (count == 1) {
                    classes++;
                }
                largest = Math.max(largest, count);
                all++;
            }
        }
        return classes > 1 && largest / (double) all < maxClassShare;
    }

    /** Returns the part of a label map, of whose pixels each takes the class of the nearest, as OpenCV finds it. */
    LabelMap of(LabelMap labels) {
        int[] fromColumn = new int[columns];
        for (int column = 0; column < columns; column++) {
            fromColumn[column] = (int) ((long) (left + column) * labels.width() / width);
        }
        short[] ids = labels.ids();
        short[] part = new short[rows * columns];
        int i = 0;
        for (int row = 0; row < rows; row++) {
            int from = (int) ((long) (top + row) * labels.height() / height) * labels.width();
            for (int column = 0; column < columns; column++) {
                part[i++] = ids[from + fromColumn[column]];
            }
        }
        return new LabelMap(part, rows, columns);
    }
}

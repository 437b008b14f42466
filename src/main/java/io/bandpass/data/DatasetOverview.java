package io.bandpass.data;

import io.bandpass.config.DataConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that was given, to be looked at and not trained on.
 *
 * @param images all that can be used as far as their headers say; those that would be held out come last
 * @param bad the files that cannot be used; any number is allowed
 * @param formats how many images there are of each
 * @param widths of the images in pixels, in ascending order
 * @param heights of the images in pixels, in ascending order
 * @param pixels of the images, in ascending order
 * @param notices sentences for people about files that were left out and names that are no text
 * @param bytes length of all images as they are stored
 * @param indexes where the results of the header checks are kept
 * @param lostIndexes where they should be, but cannot be written
 */
public record DatasetOverview(
        ImageSource images,
        UnreadableImages bad,
        Map<String, Integer> formats,
        int[] widths,
        int[] heights,
        long[] pixels,
        List<String> notices,
        long bytes,
        List<Path> indexes,
        List<Path> lostIndexes) {
    /** Grows with what is found. */
    private static final class Sizes implements FileScan.Observer {
        private static final int FIRST_CAPACITY = 1024;

        private final Map<String, Integer> formats = new TreeMap<>();
        private int[] widths = new int[FIRST_CAPACITY];
        private int[] heights = new int[FIRST_CAPACITY];
        private int count;
        private long bytes;

        @Override
        public void found(String format, long length, int width, int height) {
            if (count == widths.length) {
                widths = Arrays.copyOf(widths, count + (count >> 1));
                heights = Arrays.copyOf(heights, count + (count >> 1));
            }
            widths[count] = width;
            heights[count] = height;
            count++;
            bytes += length;
            formats.merge(format, 1, Integer::sum);
        }

        long[] pixels() {
            long[] pixels = new long[count];
            for (int i = 0; i < count; i++) {
                pixels[i] = (long) widths[i] * heights[i];
            }
            Arrays.sort(pixels);
            return pixels;
        }
    }

    /**
     * Finds images and reads their headers.
     *
     * @param paths folders, list and CSV files, globs, IDX and CIFAR files
     * @throws DataException if one of them is not there or names no images
     */
    public static DatasetOverview open(DataConfig config, List<String> paths) {
        UnreadableImages bad = new UnreadableImages(1);
        Sizes sizes = new Sizes();
        try (ImageFinder finder = new ImageFinder(config, bad, sizes)) {
            paths.forEach(finder::add);
            List<ImageSource> parts = new ArrayList<>(List.of(finder.train()));
            finder.heldOut().ifPresent(parts::add);
            return new DatasetOverview(
                    parts.size() == 1 ? parts.get(0) : new JoinedImages(parts),
                    bad,
                    sizes.formats,
                    sorted(sizes.widths, sizes.count),
                    sorted(sizes.heights, sizes.count),
                    sizes.pixels(),
                    finder.notices(),
                    sizes.bytes,
                    finder.indexes(),
                    finder.lostIndexes());
        }
    }

    private static int[] sorted(int[] values, int count) {
        int[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return sorted;
    }
}

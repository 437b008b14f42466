package io.bandpass.data;

import io.bandpass.config.DataConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All images found, for inspection rather than training.
 *
 * @param images all images with a valid header; those that would be held out come last
 * @param bad the unreadable files; any number is allowed
 * @param formats number of images by format
 * @param widths of the images in pixels, in ascending order
 * @param heights of the images in pixels, in ascending order
 * @param pixels of the images, in ascending order
 * @param notices human-readable notices about skipped files and names that are not valid text
 * @param bytes total size of the images: of their files, or of their pixels in IDX and CIFAR files
 * @param indexes the files that cache the results of the header checks
 * @param lostIndexes index files that could not be written
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
    /** Collects sizes and formats during the scan. */
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
     * @throws DataException if one of them does not exist or names no images
     */
    public static DatasetOverview open(DataConfig config, List<String> paths) {
        UnreadableImages unreadable = new UnreadableImages(1);
        Sizes sizes = new Sizes();
        try (ImageFinder finder = new ImageFinder(config, unreadable, sizes)) {
            paths.forEach(finder::add);
            List<ImageSource> sets = new ArrayList<>(List.of(finder.train()));
            finder.heldOut().ifPresent(sets::add);
            return new DatasetOverview(
                    sets.size() == 1 ? sets.get(0) : new JoinedImages(sets),
                    unreadable,
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

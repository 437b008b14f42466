package io.bandpass.dataset;

import io.bandpass.text.Counts;
import io.bandpass.text.PrintableText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * Statistics of a set of images.
 *
 * @param images number of usable images
 * @param unreadable number of those found unreadable so far, each counted as often as it is listed
 * @param bad reasons of these by name
 * @param notices sentences about files left out and names that are not valid text
 * @param bytes total size of the images: of their files, or of their pixels in IDX and CIFAR files
 * @param formats number of images by format
 * @param width in pixels
 * @param height in pixels
 * @param megapixels width * height / 1,000,000
 * @param classes number of images by class; empty if there are no labels
 * @param sampled number of images decoded for mean and std
 * @param mean per channel, of values in [0, 1], with equal weight per image; empty if none was decoded
 * @param std per channel, of values in [0, 1]
 */
public record ImageStatistics(
        int images,
        int unreadable,
        Map<String, String> bad,
        List<String> notices,
        long bytes,
        Map<String, Integer> formats,
        Spread width,
        Spread height,
        Spread megapixels,
        Map<String, Integer> classes,
        int sampled,
        List<Double> mean,
        List<Double> std) {
    static final double MEGA = 1e6;

    /** Smallest, median and largest value; 0 if there are none. */
    public record Spread(double smallest, double median, double largest) {
        /** Computes the spread of values in ascending order. */
        static Spread of(int count, IntToDoubleFunction values) {
            return count == 0
                    ? new Spread(0, 0, 0)
                    : new Spread(
                            values.applyAsDouble(0),
                            (values.applyAsDouble((count - 1) / 2) + values.applyAsDouble(count / 2)) / 2,
                            values.applyAsDouble(count - 1));
        }

        private String text(String form) {
            return String.format(Locale.ROOT, form + " to " + form + ", median " + form, smallest, largest, median);
        }
    }

    /** Human-readable lines. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("images      " + images + ", unreadable " + unreadable);
        lines.add("bytes       " + bytes);
        formats.forEach((format, count) -> lines.add("format      " + format + " " + count));
        lines.add("width       " + width.text("%.0f"));
        lines.add("height      " + height.text("%.0f"));
        lines.add("megapixels  " + megapixels.text("%.3f"));
        if (!mean.isEmpty()) {
            lines.add("mean        " + text(mean) + " (of " + Counts.of(sampled, "image") + ")");
            lines.add("std         " + text(std));
        } else if (images > 0) {
            lines.add("mean, std   none, for no image of the sample can be decoded; data verify names the reasons");
        }
        lines.add("classes     " + (classes.isEmpty() ? "none" : classes.size()));
        classes.forEach((name, count) -> lines.add("class       " + PrintableText.of(name) + " " + count));
        return lines;
    }

    private static String text(List<Double> values) {
        return String.join(
                ", ",
                values.stream()
                        .map(value -> String.format(Locale.ROOT, "%.4f", value))
                        .toList());
    }
}

package io.bandpass.labelmap;

import io.bandpass.config.DataConfig;
import io.bandpass.data.Workers;
import io.bandpass.image.BadImageException;
import io.bandpass.image.MaskFile;
import io.bandpass.image.MaskRaster;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** How often each value occurs in masks. Values are as of {@link MaskValue}. */
final class MaskCensus {
    /** Masks with more values are pictures; their values are not counted one by one. */
    static final int MOST_VALUES = 4096;

    private static final int BLOCK = 256;
    private static final double PERCENT = 100;
    private static final int[] NO_PALETTE = {};

    /** A value's pixels, the masks that have some, and the first of them. */
    record Occurrence(long pixels, int masks, Path first) {
        Occurrence plus(Occurrence other) {
            return new Occurrence(pixels + other.pixels, masks + other.masks, first);
        }
    }

    /** The values of one mask; those of a picture are left out. */
    private record Counted(int[] palette, String form, String size, Map<Integer, Integer> counts) {}

    /** The result of reading a mask: its values, or the reason why there are none. */
    private record Outcome(Optional<Counted> counted, String reason) {}

    private final TreeMap<Integer, Occurrence> values = new TreeMap<>();
    private final TreeMap<String, Integer> forms = new TreeMap<>();
    private final TreeMap<String, Integer> sizes = new TreeMap<>();
    private final Map<Path, String> unreadable = new LinkedHashMap<>();
    private int[] palette = NO_PALETTE;
    private long pixels;
    private int masks;
    private int pictures;

    private MaskCensus() {}

    /**
     * Reads masks on several threads.
     *
     * @param byColour whether palette files mean their colours
     */
    static MaskCensus of(List<Path> files, DataConfig config, boolean byColour) {
        MaskCensus census = new MaskCensus();
        try (Workers workers = new Workers(config.workers(), () -> {})) {
            // In blocks, so that the counts of all masks are never in memory.
            for (int from = 0; from < files.size(); from += BLOCK) {
                List<Path> block = files.subList(from, Math.min(files.size(), from + BLOCK));
                List<Outcome> results = workers.map(block, file -> counted(file, config.maxPixels(), byColour));
                IntStream.range(0, block.size()).forEach(i -> census.add(block.get(i), results.get(i)));
            }
        }
        return census;
    }

    private static Outcome counted(Path file, long maxPixels, boolean byColour) {
        try {
            MaskRaster mask = MaskFile.read(file, maxPixels);
            Map<Integer, Integer> counts = counts(mask.values());
            boolean paletteColours = byColour && mask.kind() == MaskRaster.Kind.PALETTE;
            Map<Integer, Integer> meant = new HashMap<>();
            counts.forEach((value, count) -> meant.merge(
                    paletteColours
                            ? MaskValue.ofColour(mask.palette()[value])
                            : mask.kind() == MaskRaster.Kind.COLOURS ? MaskValue.ofColour(value) : value,
                    count,
                    Integer::sum));
            String size = mask.width() + " x " + mask.height();
            return new Outcome(Optional.of(new Counted(mask.palette(), mask.form(), size, meant)), "");
        } catch (BadImageException e) {
            return new Outcome(Optional.empty(), e.reason());
        }
    }

    private static Map<Integer, Integer> counts(int[] stored) {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int from = 0, to; from < stored.length; from = to) {
            to = from + 1;
            while (to < stored.length && stored[to] == stored[from]) {
                to++;
            }
            counts.merge(stored[from], to - from, Integer::sum);
            if (counts.size() > MOST_VALUES) {
                return Map.of();
            }
        }
        return counts;
    }

    private void add(Path file, Outcome outcome) {
        if (outcome.counted().isEmpty()) {
            unreadable.put(file, outcome.reason());
            return;
        }
        Counted counted = outcome.counted().get();
        masks++;
        forms.merge(counted.form(), 1, Integer::sum);
        sizes.merge(counted.size(), 1, Integer::sum);
        if (counted.counts().isEmpty()) {
            pictures++;
        }
        if (palette.length == 0) {
            palette = counted.palette();
        }
        counted.counts().forEach((value, count) -> {
            pixels += count;
            values.merge(value, new Occurrence(count, 1, file), Occurrence::plus);
        });
    }

    /** Occurrences by value, ascending. If there are colours, grey numbers count as colours. */
    NavigableMap<Integer, Occurrence> values() {
        return hasColours() ? ofColours() : values;
    }

    /** Occurrences by colour; only numbers above 255 remain numbers. */
    NavigableMap<Integer, Occurrence> ofColours() {
        TreeMap<Integer, Occurrence> colours = new TreeMap<>();
        values.forEach((value, occurrence) -> colours.merge(MaskValue.asColour(value), occurrence, Occurrence::plus));
        return colours;
    }

    /** Whether some masks are coloured. */
    boolean hasColours() {
        return !values.isEmpty() && MaskValue.isColour(values.lastKey());
    }

    /** Masks that have more values than classes can have. */
    int pictures() {
        return pictures;
    }

    /** Forms of the files and their numbers. */
    Map<String, Integer> forms() {
        return forms;
    }

    /** Sizes and the numbers of masks that have them. */
    Map<String, Integer> sizes() {
        return sizes;
    }

    /** Reasons by file. */
    Map<Path, String> unreadable() {
        return unreadable;
    }

    /** The palette of the first mask that has one, 0xRRGGBB. */
    int[] palette() {
        return palette;
    }

    /** Masks that could be read. */
    int masks() {
        return masks;
    }

    long pixels() {
        return pixels;
    }

    /** Returns the share of all pixels, as {@code 12.3 %}. */
    String share(Occurrence occurrence) {
        return String.format(Locale.ROOT, "%.1f %%", PERCENT * occurrence.pixels() / Math.max(1, pixels));
    }
}

package io.bandpass.labelmap;

import io.bandpass.config.DataConfig;
import io.bandpass.config.LabelClasses;
import io.bandpass.data.Workers;
import io.bandpass.image.BadImageException;
import io.bandpass.labelmap.LabelMapSource.LabelledImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;

/** How often each class occurs in label maps that no mask file holds: those of outlines. */
final class LabelMapCensus {
    private static final int BLOCK = 256;
    private static final String IGNORED = "ignored";

    private final LabelClasses classes;
    /** By id, and at the end those of ignored pixels. */
    private final long[] pixels;

    private final int[] images;
    private final Map<String, Integer> sizes = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    private LabelMapCensus(LabelClasses classes) {
        this.classes = classes;
        pixels = new long[classes.size() + 1];
        images = new int[classes.size() + 1];
    }

    /** Pixels by id, or the reason why there are none. */
    private record Counted(long[] pixels, String size, String problem) {}

    /** Reads all label maps on several threads. */
    static LabelMapCensus of(LabelMapSource source, DataConfig config) {
        LabelMapCensus census = new LabelMapCensus(source.classes());
        try (Workers workers = new Workers(config.workers(), () -> {})) {
            for (int from = 0; from < source.size(); from += BLOCK) {
                List<Integer> block = IntStream.range(from, Math.min(source.size(), from + BLOCK))
                        .boxed()
                        .toList();
                workers.map(block, index -> counted(source, index)).forEach(census::add);
            }
        }
        return census;
    }

    private static Counted counted(LabelMapSource source, int index) {
        try (PointerScope scope = new PointerScope()) {
            LabelledImage read = source.readLabelled(index);
            int classes = source.classes().size();
            long[] pixels = new long[classes + 1];
            for (short id : read.labels().ids()) {
                pixels[id < 0 ? classes : id]++;
            }
            String size = read.labels().width() + " x " + read.labels().height();
            return new Counted(pixels, size, "");
        } catch (BadImageException e) {
            return new Counted(new long[0], "", source.name(index) + ": " + e.reason());
        }
    }

    private void add(Counted counted) {
        if (!counted.problem().isEmpty()) {
            problems.add(counted.problem());
            return;
        }
        sizes.merge(counted.size(), 1, Integer::sum);
        for (int id = 0; id < pixels.length; id++) {
            pixels[id] += counted.pixels()[id];
            images[id] += counted.pixels()[id] > 0 ? 1 : 0;
        }
    }

    /** Rows of the classes that occur, and of ignored pixels if there are any. */
    List<MaskScan.Row> rows() {
        long all = Math.max(
                1, IntStream.range(0, pixels.length).mapToLong(id -> pixels[id]).sum());
        List<MaskScan.Row> rows = new ArrayList<>();
        for (int id = 0; id < pixels.length; id++) {
            boolean ignored = id == classes.size();
            if (pixels[id] > 0) {
                int value = ignored ? classes.ignoreValue() : classes.values().get(id);
                rows.add(new MaskScan.Row(
                        MaskValue.text(value),
                        pixels[id],
                        (double) pixels[id] / all,
                        images[id],
                        ignored ? IGNORED : classes.names().get(id)));
            }
        }
        return rows;
    }

    Map<String, Integer> sizes() {
        return sizes;
    }

    List<String> problems() {
        return problems;
    }
}

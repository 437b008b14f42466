package io.bandpass.interop;

import io.bandpass.config.LabelClasses;
import io.bandpass.format.WeightsException;
import io.bandpass.labelmap.NamedClasses;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The classes that mmsegmentation stores beside its weights, under {@code meta}: names and a palette. */
final class CheckpointClasses {
    private static final List<String> NAMES =
            List.of("CLASSES", "dataset_meta.classes", "dataset_meta.CLASSES", "classes");
    private static final List<String> PALETTES =
            List.of("PALETTE", "dataset_meta.palette", "dataset_meta.PALETTE", "palette");

    private CheckpointClasses() {}

    /**
     * Returns the classes of a model.
     *
     * @param count of the classes that its head tells apart
     * @throws WeightsException if another number is named
     */
    static LabelClasses of(String source, CheckpointSettings meta, int count, List<String> notices) {
        List<String> names = first(NAMES, meta::words);
        if (!names.isEmpty() && names.size() != count) {
            throw new WeightsException(source + " names " + names.size() + " classes, but its head "
                    + SegmenterParts.HEAD + "conv_seg tells " + count + " apart");
        }
        List<Integer> colours = first(PALETTES, meta::colours);
        if (names.isEmpty()) {
            notices.add("the file does not name its " + count + " classes; they are numbered");
            names = IntStream.range(0, count).mapToObj(id -> "class " + id).toList();
        }
        if (!colours.isEmpty() && colours.size() != count) {
            notices.add("the palette in the file has " + colours.size() + " colours for " + count
                    + " classes; others are taken");
        }
        return NamedClasses.of(names, colours);
    }

    private static <T> List<T> first(List<String> paths, Function<String, List<T>> read) {
        return paths.stream()
                .map(read)
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    /** Returns what {@link #of} reads, in the forms of mmcv and of mmengine. */
    static Map<String, Object> meta(LabelClasses classes) {
        List<List<Integer>> palette = classes.colours().stream()
                .map(colour -> List.of(colour >> 16, colour >> 8 & 0xFF, colour & 0xFF))
                .toList();
        Map<String, Object> newer = new LinkedHashMap<>();
        newer.put("classes", classes.names());
        newer.put("palette", palette);
        Map<String, Object> meta = new LinkedHashMap<>();
        meta.put("CLASSES", classes.names());
        meta.put("PALETTE", palette);
        meta.put("dataset_meta", newer);
        return meta;
    }
}

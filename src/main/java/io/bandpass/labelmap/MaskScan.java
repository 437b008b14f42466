package io.bandpass.labelmap;

import io.bandpass.BandpassException;
import io.bandpass.config.DataConfig;
import io.bandpass.config.LabelClasses;
import io.bandpass.config.MasksConfig;
import io.bandpass.config.MasksConfig.Format;
import io.bandpass.data.FileNames;
import io.bandpass.data.SplitRule;
import io.bandpass.data.UnreadableImages;
import io.bandpass.data.Workers;
import io.bandpass.labelmap.MaskCensus.Occurrence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * What the masks of a data set hold, read as a whole: for people who want to see it before they train.
 *
 * @param format layout of the data set
 * @param images images with a mask
 * @param heldOut those of them that the data holds out
 * @param rows one per value, ascending
 * @param forms kinds of files, such as {@code 8-bit grey} or {@code outlines}, and the numbers of masks
 * @param sizes such as {@code 640 x 480}, and the numbers of masks
 * @param classes names of the classes, in the order of their ids; empty if they are not known
 * @param problems one sentence each
 * @param notices what was assumed, one sentence each
 */
public record MaskScan(
        Format format,
        int images,
        int heldOut,
        List<Row> rows,
        Map<String, Integer> forms,
        Map<String, Integer> sizes,
        List<String> classes,
        List<String> problems,
        List<String> notices) {
    /**
     * A value of masks.
     *
     * @param value a number, or a colour {@code #RRGGBB}
     * @param share of all pixels, from 0 to 1
     * @param masks in which it occurs
     * @param meaning name of its class, {@code ignored}, or why it has none
     */
    public record Row(String value, long pixels, double share, int masks, String meaning) {}

    private static final String IGNORED = "ignored";

    /**
     * Reads all masks of a folder or table. Nothing that is wrong with them is an error: it is a problem of the result.
     *
     * @throws BandpassException if there are no masks, or their layout is not that of masks
     */
    public static MaskScan of(DataConfig data, MasksConfig masks, Path root) {
        boolean recognised = masks.format() == Format.AUTO;
        Format format = recognised ? LayoutSigns.of(root) : masks.format();
        if (LabelMapDatasets.areOutlines(format)) {
            return ofOutlines(data, masks, root, format);
        }
        try (Workers workers = new Workers(data.workers())) {
            MaskLayouts.Found found = MaskLayouts.find(root, format, recognised, workers);
            UnreadableImages unreadable = new UnreadableImages(1);
            List<MaskPair> usable =
                    PairCheck.usable(found.layout().pairs(), found.unpaired(), data, workers, unreadable);
            return of(found.layout().with(usable), masks, data, problems(unreadable));
        }
    }

    private static List<String> problems(UnreadableImages unreadable) {
        List<String> problems = new ArrayList<>();
        unreadable.reasons().forEach((name, reason) -> problems.add(name + ": " + reason));
        return problems;
    }

    private static MaskScan ofOutlines(DataConfig data, MasksConfig masks, Path root, Format format) {
        UnreadableImages unreadable = new UnreadableImages(1);
        LabelMapDatasets found =
                LabelMapDatasets.open(data, masks, List.of(root.toString()), SplitRule.NONE, unreadable);
        List<LabelMapSource> parts = new ArrayList<>(List.of(found.train()));
        found.heldOut().ifPresent(parts::add);
        LabelMapSource all = JoinedLabelMaps.of(parts);
        LabelMapCensus census = LabelMapCensus.of(all, data);
        List<String> problems = problems(unreadable);
        problems.addAll(census.problems());
        return new MaskScan(
                format,
                all.size(),
                found.heldOut().map(LabelMapSource::size).orElse(0),
                census.rows(),
                Map.of("outlines", all.size()),
                Map.copyOf(census.sizes()),
                all.classes().names(),
                List.copyOf(problems),
                found.notices());
    }

    private static MaskScan of(MaskLayout layout, MasksConfig masks, DataConfig data, List<String> problems) {
        List<String> notices = new ArrayList<>(layout.notices());
        Optional<ClassTable> table = Optional.empty();
        try {
            MaskClasses.Found classes = MaskClasses.of(layout, masks, data);
            notices.addAll(classes.notices());
            table = Optional.of(classes.table());
        } catch (BandpassException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        boolean byColour = table.filter(ClassTable::isByColour).isPresent();
        List<Path> files = layout.pairs().stream().map(MaskPair::mask).toList();
        MaskCensus census = MaskCensus.of(files, data, byColour);
        census.unreadable().forEach((file, reason) -> problems.add(FileNames.text(file) + ": " + reason));
        List<Row> rows = new ArrayList<>();
        NavigableMap<Integer, Occurrence> values = byColour ? census.ofColours() : census.values();
        for (Map.Entry<Integer, Occurrence> entry : values.entrySet()) {
            Occurrence occurrence = entry.getValue();
            rows.add(new Row(
                    MaskValue.text(entry.getKey()),
                    occurrence.pixels(),
                    (double) occurrence.pixels() / Math.max(1, census.pixels()),
                    occurrence.masks(),
                    meaning(table, entry.getKey(), occurrence, problems)));
        }
        return new MaskScan(
                layout.format(),
                layout.pairs().size(),
                (int) layout.pairs().stream().filter(MaskPair::heldOut).count(),
                List.copyOf(rows),
                Map.copyOf(census.forms()),
                Map.copyOf(census.sizes()),
                table.map(ClassTable::classes).map(LabelClasses::names).orElse(List.of()),
                List.copyOf(problems),
                List.copyOf(notices));
    }

    private static String meaning(Optional<ClassTable> table, int value, Occurrence occurrence, List<String> problems) {
        if (table.isEmpty()) {
            return "not known";
        }
        short id = table.get().id(value);
        if (id == ClassTable.UNKNOWN) {
            problems.add("the value " + MaskValue.text(value) + " is no class; first in "
                    + FileNames.text(occurrence.first()));
            return "no class";
        }
        return id == LabelMap.IGNORED ? IGNORED : table.get().classes().names().get(id);
    }
}

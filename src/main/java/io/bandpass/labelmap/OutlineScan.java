package io.bandpass.labelmap;

import io.bandpass.config.DataConfig;
import io.bandpass.config.MasksConfig;
import io.bandpass.config.MasksConfig.Format;
import io.bandpass.data.SplitRule;
import io.bandpass.data.UnreadableImages;
import io.bandpass.image.BadImageException;
import io.bandpass.labelmap.MaskScan.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;

/** What the outlines of a data set give, drawn as label maps: the counterpart of {@link MaskScan} for polygons. */
final class OutlineScan {
    private final TreeMap<String, Integer> sizes = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private final long[] pixels;
    private final int[] maps;

    private OutlineScan(int classes) {
        // The last place is that of ignored pixels.
        pixels = new long[classes + 1];
        maps = new int[classes + 1];
    }

    static MaskScan of(Format format, DataConfig data, MasksConfig masks, String path) {
        UnreadableImages unreadable = new UnreadableImages(1);
        LabelMapDatasets sets = LabelMapDatasets.open(data, masks, List.of(path), SplitRule.NONE, unreadable);
        List<String> names = sets.train().classes().names();
        OutlineScan scan = new OutlineScan(names.size());
        unreadable.reasons().forEach((name, reason) -> scan.problems.add(name + ": " + reason));
        scan.add(sets.train());
        sets.heldOut().ifPresent(scan::add);
        int heldOut = sets.heldOut().map(LabelMapSource::size).orElse(0);
        return new MaskScan(
                format,
                sets.train().size() + heldOut,
                heldOut,
                scan.rows(names),
                Map.of("outlines", sets.train().size() + heldOut),
                Map.copyOf(scan.sizes),
                names,
                List.copyOf(scan.problems),
                sets.notices());
    }

    private void add(LabelMapSource images) {
        for (int index = 0; index < images.size(); index++) {
            try (PointerScope scope = new PointerScope()) {
                add(images.readLabelled(index).labels());
            } catch (BadImageException e) {
                problems.add(images.name(index) + ": " + e.reason());
            }
        }
    }

    private void add(LabelMap labels) {
        sizes.merge(labels.width() + " x " + labels.height(), 1, Integer::sum);
        long[] own = new long[pixels.length];
        for (short id : labels.ids()) {
            own[id < 0 ? own.length - 1 : id]++;
        }
        for (int id = 0; id < own.length; id++) {
            pixels[id] += own[id];
            maps[id] += own[id] > 0 ? 1 : 0;
        }
    }

    private List<Row> rows(List<String> names) {
        double all = Math.max(1, Arrays.stream(pixels).sum());
        List<Row> rows = new ArrayList<>();
        for (int id = 0; id < pixels.length; id++) {
            boolean ignored = id == names.size();
            if (!ignored || pixels[id] > 0) {
                rows.add(new Row(
                        ignored ? "-" : String.format(Locale.ROOT, "%d", id),
                        pixels[id],
                        pixels[id] / all,
                        maps[id],
                        ignored ? MaskScan.IGNORED : names.get(id)));
            }
        }
        return rows;
    }
}

package io.bandpass.cli;

import io.bandpass.labelmap.MaskScan;
import io.bandpass.text.Counts;
import io.bandpass.text.PrintableText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What masks hold, in lines for people. */
final class MaskLines {
    private static final int MOST_ROWS = 300;
    private static final int MOST_SIZES = 5;

    private MaskLines() {}

    static List<String> of(MaskScan scan) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%s with a mask, layout %s, %s",
                Counts.of(scan.images(), "image"),
                scan.format(),
                scan.heldOut() == 0 ? "none held out by name" : scan.heldOut() + " held out"));
        lines.add("masks: " + counted(scan.forms()) + "; sizes: " + counted(scan.sizes()));
        int width = Math.max(
                "value".length(),
                scan.rows().stream().mapToInt(row -> row.value().length()).max().orElse(0));
        String format = "%-" + width + "s %9s %8s  %s";
        lines.add(String.format(Locale.ROOT, format, "value", "share", "masks", "class"));
        scan.rows().stream()
                .limit(MOST_ROWS)
                .map(row -> String.format(
                        Locale.ROOT,
                        format,
                        row.value(),
                        String.format(Locale.ROOT, "%.3f %%", 100 * row.share()),
                        row.masks(),
                        PrintableText.of(row.meaning())))
                .forEach(lines::add);
        if (scan.rows().size() > MOST_ROWS) {
            lines.add("and " + (scan.rows().size() - MOST_ROWS) + " more values");
        }
        return lines;
    }

    /** The most frequent kinds, with their numbers. */
    private static String counted(Map<String, Integer> kinds) {
        String some = kinds.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_SIZES)
                .map(entry -> entry.getValue() + " of " + entry.getKey())
                .collect(Collectors.joining(", "));
        return kinds.size() > MOST_SIZES ? some + " and " + (kinds.size() - MOST_SIZES) + " other kinds" : some;
    }
}

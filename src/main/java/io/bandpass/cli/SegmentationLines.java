package io.bandpass.cli;

import io.bandpass.config.LabelClasses;
import io.bandpass.inference.SegmentationWriter;
import io.bandpass.metrics.SegmentationResult;
import io.bandpass.metrics.SegmentationResult.ClassResult;
import io.bandpass.text.Counts;
import io.bandpass.text.PrintableText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Results of segmentation in lines for people. */
final class SegmentationLines {
    private static final int MOST_CLASSES = 50;
    private static final int MOST_SHARES = 10;
    private static final int LONGEST_NAME = 30;

    private SegmentationLines() {}

    /** The scores of masks. */
    static List<String> of(SegmentationResult scores) {
        List<String> lines = new ArrayList<>();
        lines.add(Counts.of(scores.images(), "image") + ", " + Counts.grouped(scores.ignored(), "pixel")
                + " without a class left out");
        lines.add("mIoU       " + percent(scores.meanIou()));
        lines.add("mAcc       " + percent(scores.meanAccuracy()));
        lines.add("aAcc       " + percent(scores.pixelAccuracy()));
        lines.add("fwIoU      " + percent(scores.frequencyWeightedIou()));
        lines.add("mean Dice  " + percent(scores.meanDice()));
        int width = scores.classes().stream()
                .mapToInt(row -> name(row.name()).length())
                .max()
                .orElse(0);
        lines.add(String.format(Locale.ROOT, "%-" + (width + 2) + "s %9s %9s %9s", "class", "IoU", "accuracy", "Dice"));
        scores.classes().stream()
                .limit(MOST_CLASSES)
                .map(row -> line(row, width))
                .forEach(lines::add);
        if (scores.classes().size() > MOST_CLASSES) {
            lines.add("  and " + (scores.classes().size() - MOST_CLASSES) + " more; --out FILE.json has all");
        }
        return lines;
    }

    private static String line(ClassResult row, int width) {
        return String.format(
                Locale.ROOT,
                "  %-" + Math.max(1, width) + "s %9s %9s %9s",
                name(row.name()),
                percent(row.iou()),
                percent(row.accuracy()),
                percent(row.dice()));
    }

    private static String percent(OptionalDouble fraction) {
        return fraction.isEmpty() ? "none" : String.format(Locale.ROOT, "%.2f %%", 100 * fraction.getAsDouble());
    }

    /** What was written for images. */
    static List<String> of(SegmentationWriter.Summary written, LabelClasses classes, SegmentationWriter.Output output) {
        List<String> lines = new ArrayList<>();
        IntStream.range(0, classes.size())
                .boxed()
                .filter(id -> written.shares().get(id) > 0)
                .sorted(Comparator.comparingDouble(
                                (Integer id) -> written.shares().get(id))
                        .reversed())
                .limit(MOST_SHARES)
                .map(id -> String.format(
                        Locale.ROOT,
                        "%5.1f %%  %s",
                        100 * written.shares().get(id),
                        name(classes.names().get(id))))
                .forEach(lines::add);
        lines.add(String.format(
                Locale.ROOT,
                "%s segmented%s%s, %s, %d unreadable",
                Counts.of(written.images(), "image"),
                output.folder()
                        .map(folder -> ": masks in " + folder + ", overlays in " + folder.resolve("overlays")
                                + ", shares of the classes in " + folder.resolve("shares.csv"))
                        .orElse(""),
                output.tensors().map(file -> ", tensors in " + file).orElse(""),
                written.precision(),
                written.unreadable().size()));
        return lines;
    }

    private static String name(String name) {
        String plain = PrintableText.of(name);
        return plain.length() <= LONGEST_NAME ? plain : plain.substring(0, LONGEST_NAME - 3) + "...";
    }
}

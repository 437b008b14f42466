package io.bandpass.cli;

import io.bandpass.inference.ClassifierEvaluation.ClassAccuracy;
import io.bandpass.inference.ClassifierEvaluation.Result;
import io.bandpass.text.Counts;
import io.bandpass.text.PrintableText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The scores of a classifier in lines for people. */
final class EvaluationLines {
    private static final int MOST_CLASSES = 50;
    private static final int FIVE = 5;

    private EvaluationLines() {}

    static List<String> of(Result result) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%s, %s", Counts.of(result.images(), "image"), part(result.heldOut())));
        lines.add(String.format(Locale.ROOT, "top-1              %.2f %%", 100 * result.top1()));
        if (result.classes().size() > FIVE) {
            lines.add(String.format(Locale.ROOT, "top-5              %.2f %%", 100 * result.top5()));
        }
        lines.add(String.format(Locale.ROOT, "cross entropy      %.4f", result.crossEntropy()));
        lines.add(String.format(Locale.ROOT, "calibration error  %.2f %%", 100 * result.calibrationError()));
        lines.add("accuracy by class:");
        result.classes().stream().limit(MOST_CLASSES).map(EvaluationLines::line).forEach(lines::add);
        if (result.classes().size() > MOST_CLASSES) {
            lines.add("  and " + (result.classes().size() - MOST_CLASSES) + " more; --out FILE.json has all");
        }
        return lines;
    }

    /** Which images were evaluated. */
    static String part(boolean heldOut) {
        return heldOut ? "the part of the data that is held out" : "all of the data, which names no part to hold out";
    }

    private static String line(ClassAccuracy each) {
        String accuracy = each.accuracy().isEmpty()
                ? "no images"
                : String.format(
                        Locale.ROOT, "%.2f %% of %d", 100 * each.accuracy().getAsDouble(), each.images());
        return "  " + PrintableText.of(each.name()) + "  " + accuracy;
    }
}

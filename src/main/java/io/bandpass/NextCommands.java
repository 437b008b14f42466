package io.bandpass;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.metrics.RunLines;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a person may want to do after a run, as commands to copy. */
public final class NextCommands {
    private NextCommands() {}

    /** How a run ended, where everything is, and what to do next. */
    public static List<String> lastWords(Path runFolder, RunSummary summary) {
        RunFolder folder = new RunFolder(runFolder);
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "%s after %d steps in %s, loss of the last epoch %.4f",
                summary.outcome(),
                summary.steps(),
                RunLines.duration(summary.seconds()),
                summary.finalLoss()));
        summary.score(Scores.KNN_TOP1).ifPresent(value -> lines.add(knnLine(value, summary)));
        if (summary.badImages() > 0) {
            lines.add("unreadable  " + summary.badImages() + " images, listed in " + folder.badImages());
        }
        lines.add("weights     " + folder.weights("encoder.safetensors"));
        lines.add("            " + folder.weights("full.safetensors"));
        lines.add("report      " + folder.report());
        lines.add("");
        lines.add("next:");
        after(folder, summary).forEach(command -> lines.add("  " + command));
        return lines;
    }

    private static String knnLine(double value, RunSummary summary) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "kNN top-1   %.2f %%", 100 * value));
        summary.score(Scores.KNN_TOP1_BEST)
                .ifPresent(best -> line.append(String.format(Locale.ROOT, ", best %.2f %%", 100 * best)));
        summary.score(Scores.KNN_TOP1_UNTRAINED)
                .ifPresent(start -> line.append(String.format(Locale.ROOT, ", untrained %.2f %%", 100 * start)));
        summary.score(Scores.KNN_TOP1_PIXELS)
                .ifPresent(pixels -> line.append(String.format(Locale.ROOT, ", raw pixels %.2f %%", 100 * pixels)));
        summary.score(Scores.PROBE_TOP1)
                .ifPresent(probe -> line.append(String.format(Locale.ROOT, "; linear probe %.2f %%", 100 * probe)));
        return line.toString();
    }

    static List<String> after(RunFolder folder, RunSummary summary) {
        String run = folder.root().toString();
        List<String> commands = new ArrayList<>();
        if (summary.outcome().equals(RunSetup.INTERRUPTED)) {
            commands.add("bandpass pretrain --resume " + run);
        }
        commands.add("bandpass reconstruct --run " + run + " --images photos/ --out pictures/");
        summary.score(Scores.KNN_TOP1).ifPresent(accuracy -> commands.add("bandpass knn --run " + run));
        commands.add("tensorboard --logdir " + run);
        return commands;
    }
}

package io.bandpass.run;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.metrics.RunLines;
import io.bandpass.metrics.RunSummary;
import io.bandpass.text.Counts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Suggested follow-up commands, printed when a run ends. */
public final class NextSteps {
    private NextSteps() {}

    /** Returns the closing lines of a run: its outcome, its output files and suggested commands. */
    public static List<String> lastWords(RunKind<?> kind, Path runFolder, RunSummary summary) {
        RunFolder folder = new RunFolder(runFolder);
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "%s after %s in %s, loss of the last epoch %.4f",
                summary.outcome(),
                Counts.of(summary.steps(), "step"),
                RunLines.duration(summary.seconds()),
                summary.finalLoss()));
        lines.addAll(kind.scoreLines(summary));
        if (summary.badImages() > 0) {
            lines.add("unreadable  " + Counts.of(summary.badImages(), "image") + ", listed in " + folder.badImages());
        }
        String label = "weights     ";
        for (Path file : kind.weights(folder)) {
            lines.add(label + file);
            label = " ".repeat(label.length());
        }
        if (Files.exists(folder.report())) {
            lines.add("report      " + folder.report());
        }
        lines.add("");
        lines.add("next:");
        after(kind, folder, summary).forEach(command -> lines.add("  " + command));
        return lines;
    }

    static List<String> after(RunKind<?> kind, RunFolder folder, RunSummary summary) {
        String run = quoted(folder.root());
        List<String> commands = new ArrayList<>();
        if (summary.outcome().equals(RunSetup.INTERRUPTED)) {
            commands.add("bandpass " + kind.command() + " --resume " + run);
        }
        commands.addAll(kind.nextCommands(folder, run, summary));
        commands.add("tensorboard --logdir " + run);
        return commands;
    }

    /** Returns a path quoted for a shell. */
    static String quoted(Path path) {
        String text = path.toString();
        return text.matches("[A-Za-z0-9_./+:,@-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}

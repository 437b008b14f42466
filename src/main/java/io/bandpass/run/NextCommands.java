package io.bandpass.run;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.metrics.RunLines;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import io.bandpass.text.Counts;
import io.bandpass.weights.StoredModel;
import java.nio.file.Files;
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
                "%s after %s in %s, loss of the last epoch %.4f",
                summary.outcome(),
                Counts.of(summary.steps(), "step"),
                RunLines.duration(summary.seconds()),
                summary.finalLoss()));
        boolean classifier = folder.isOf(FinetuningSession.COMMAND);
        lines.addAll(classifier ? topLines(summary) : knnLines(summary));
        if (summary.badImages() > 0) {
            lines.add("unreadable  " + Counts.of(summary.badImages(), "image") + ", listed in " + folder.badImages());
        }
        String label = "weights     ";
        for (Path file : weights(folder, classifier)) {
            lines.add(label + file);
            label = " ".repeat(label.length());
        }
        if (Files.exists(folder.report())) {
            lines.add("report      " + folder.report());
        }
        lines.add("");
        lines.add("next:");
        after(folder, summary).forEach(command -> lines.add("  " + command));
        return lines;
    }

    private static List<Path> weights(RunFolder folder, boolean classifier) {
        if (!classifier) {
            return List.of(folder.weights(StoredModel.ENCODER_FILE), folder.weights(StoredModel.FULL_FILE));
        }
        Path average = folder.weights(StoredModel.AVERAGED_CLASSIFIER_FILE);
        Path own = folder.weights(StoredModel.CLASSIFIER_FILE);
        return Files.exists(average) ? List.of(own, average) : List.of(own);
    }

    private static List<String> topLines(RunSummary summary) {
        if (summary.score(Scores.TOP1).isEmpty()) {
            return List.of();
        }
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "top-1       %.2f %%",
                100 * summary.score(Scores.TOP1).getAsDouble()));
        summary.score(Scores.TOP1_BEST)
                .ifPresent(best -> line.append(String.format(Locale.ROOT, ", best %.2f %%", 100 * best)));
        summary.score(Scores.TOP1_BEST_STEP)
                .ifPresent(step -> line.append(String.format(Locale.ROOT, " at step %.0f", step)));
        return List.of(line.toString());
    }

    private static List<String> knnLines(RunSummary summary) {
        return summary.score(Scores.KNN_TOP1).isPresent()
                ? List.of(knnLine(summary.score(Scores.KNN_TOP1).getAsDouble(), summary))
                : List.of();
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
        String run = quoted(folder.root());
        List<String> commands = new ArrayList<>();
        boolean classifier = folder.isOf(FinetuningSession.COMMAND);
        if (summary.outcome().equals(RunSetup.INTERRUPTED)) {
            commands.add("bandpass " + (classifier ? "finetune" : "pretrain") + " --resume " + run);
        }
        if (classifier) {
            // The figures of the run are those of the moving average, where there is one.
            Path average = folder.weights(StoredModel.AVERAGED_CLASSIFIER_FILE);
            String weights = Files.exists(average) ? "--weights " + quoted(average) : "--run " + run;
            commands.add("bandpass predict " + weights + " --images photos/ --out predictions.csv");
            commands.add("bandpass finetune --eval " + weights + " --data labelled/");
        } else {
            commands.add("bandpass reconstruct --run " + run + " --images photos/ --out pictures/");
            summary.score(Scores.KNN_TOP1).ifPresent(accuracy -> commands.add("bandpass knn --run " + run));
        }
        commands.add("tensorboard --logdir " + run);
        return commands;
    }

    /** A path as a shell takes it. */
    private static String quoted(Path path) {
        String text = path.toString();
        return text.matches("[A-Za-z0-9_./+:,@-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}

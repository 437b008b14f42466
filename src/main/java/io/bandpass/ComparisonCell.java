package io.bandpass;

import io.bandpass.RunSession.Hooks;
import io.bandpass.checkpoint.RunFolder;
import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigDifference;
import io.bandpass.config.Counts;
import io.bandpass.config.FinetuneConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.config.TrainConfig;
import io.bandpass.config.TrainingConfig;
import io.bandpass.metrics.MetricsFile;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.StepMetrics;
import io.bandpass.metrics.SummaryFile;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.torch.Engine;
import io.bandpass.train.DivergedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Runs a cell: pre-training, then fine-tuning with few labels and with all of them. Each is a run folder of its own,
 * which is begun, gone on with, or taken as it is, so that a cell can be left at any moment.
 */
final class ComparisonCell {
    static final String PRETRAIN = "pretrain";
    static final String FEW = "finetune-few";
    static final String ALL = "finetune-all";

    private final ComparisonPlan.Cell cell;
    private final Path folder;
    private final ComparisonProgress progress;
    private final BooleanSupplier stop;
    private final Map<String, Double> scores = new LinkedHashMap<>();
    private final Map<String, String> computed = new LinkedHashMap<>();

    /** Starts or resumes the run of a stage. */
    private interface Run {
        RunSummary go(Hooks hooks) throws IOException;
    }

    /**
     * A cell whose folder is locked by the caller.
     *
     * @param folder of the cell
     * @param stop asked after each step; when true, the stage saves and the cell is left
     */
    ComparisonCell(ComparisonPlan.Cell cell, Path folder, ComparisonProgress progress, BooleanSupplier stop) {
        this.cell = cell;
        this.folder = folder;
        this.progress = progress;
        this.stop = stop;
    }

    /** What is left of it is done; afterwards it is complete, or it was asked to stop. */
    ComparisonResult run() throws IOException {
        ComparisonResult before = ComparisonResult.read(folder);
        scores.putAll(before.scores());
        computed.putAll(before.computed());
        try {
            return write(stages(), Optional.empty());
        } catch (DivergedException e) {
            // That a cell diverges is a result; what else can go wrong would go wrong in the next cell too.
            progress.notice(cell.name() + ": " + e.getMessage());
            return write(true, Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private ComparisonResult write(boolean complete, Optional<String> failure) throws IOException {
        ComparisonResult result = new ComparisonResult(complete, scores, computed, failure);
        result.write(folder);
        return result;
    }

    private boolean stages() throws IOException {
        Optional<Path> weights = Optional.empty();
        if (cell.pretraining().isPresent()) {
            if (!pretrain(cell.pretraining().get())) {
                return false;
            }
            weights = Optional.of(folder.resolve(PRETRAIN));
        }
        if (cell.few().isPresent() && !finetune(FEW, cell.few().get(), weights, ComparisonResult.TOP1_FEW)) {
            return false;
        }
        return finetune(ALL, cell.all(), weights, ComparisonResult.TOP1_ALL);
    }

    /** Whether it has ended by itself. */
    private boolean pretrain(RunConfig config) throws IOException {
        Path out = folder.resolve(PRETRAIN);
        Optional<RunSummary> end = stage(
                PRETRAIN,
                hooks -> exists(out)
                        ? PretrainingSession.resume(out, List.of(), hooks)
                        : PretrainingSession.start(config, cell.encoder(), out, true, Optional.empty(), hooks));
        if (end.isEmpty()) {
            return false;
        }
        for (String frozen : List.of(Scores.PROBE_TOP1, Scores.KNN_TOP1)) {
            end.get().score(frozen).ifPresent(value -> scores.put(frozen, value));
        }
        double[] rates = MetricsFile.read(new RunFolder(out).metrics()).steps().stream()
                .mapToDouble(StepMetrics::imagesPerSecond)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        if (rates.length > 0) {
            scores.put(ComparisonResult.IMAGES_PER_SECOND, rates[rates.length / 2]);
        }
        write(false, Optional.empty());
        return true;
    }

    private boolean finetune(String stage, FinetuneConfig config, Optional<Path> weights, String score)
            throws IOException {
        Path out = folder.resolve(stage);
        Optional<RunSummary> end = stage(
                stage,
                hooks -> exists(out)
                        ? FinetuningSession.resume(out, List.of(), hooks)
                        : FinetuningSession.start(config, cell.encoder(), out, true, weights, hooks));
        end.flatMap(summary -> Optional.ofNullable(summary.scores().get(Scores.TOP1)))
                .ifPresent(top1 -> scores.put(score, top1));
        write(false, Optional.empty());
        return end.isPresent();
    }

    /** The configuration is the last file of a start: without it, a process was killed before anything was trained. */
    private static boolean exists(Path run) {
        return Files.isRegularFile(new RunFolder(run).config());
    }

    /** The end of a stage, or nothing where it was asked to stop. */
    private Optional<RunSummary> stage(String stage, Run run) throws IOException {
        RunFolder files = new RunFolder(folder.resolve(stage));
        if (Files.exists(files.done())) {
            progress.wasThere(cell, stage);
            computed.putIfAbsent(stage, conditions(stage, files));
            return Optional.of(SummaryFile.read(files.summary()));
        }
        if (stop.getAsBoolean()) {
            return Optional.empty();
        }
        progress.begins(cell, stage, exists(folder.resolve(stage)));
        long begun = System.nanoTime();
        RunSummary summary = run.go(new Hooks(List.of(new Ears(stage)), stop));
        computed.put(stage, conditions(stage, files));
        if (summary.outcome().equals(RunSetup.INTERRUPTED)) {
            return Optional.empty();
        }
        progress.ended(cell, stage, (System.nanoTime() - begun) / 1e9, inWords(summary));
        return Optional.of(summary);
    }

    private static String inWords(RunSummary summary) {
        if (summary.score(Scores.TOP1).isPresent()) {
            return String.format(
                    Locale.ROOT,
                    "top-1 %.2f %%",
                    100 * summary.score(Scores.TOP1).getAsDouble());
        }
        return summary.score(Scores.KNN_TOP1).isPresent()
                ? String.format(
                        Locale.ROOT,
                        "kNN top-1 %.2f %%",
                        100 * summary.score(Scores.KNN_TOP1).getAsDouble())
                : "";
    }

    private static String conditions(String stage, RunFolder files) throws IOException {
        TrainConfig train = stage.equals(PRETRAIN)
                ? read(RunConfig.class, files.resolvedConfig()).train()
                : read(FinetuneConfig.class, files.resolvedConfig()).train();
        return String.format(
                Locale.ROOT,
                "%s, %s, %s",
                train.device(),
                train.precision(),
                Counts.of(train.threads().orElseThrow(), "compute thread"));
    }

    /** A listener of a stage. */
    private final class Ears implements TrainingListener {
        private final boolean pretrains;

        Ears(String stage) {
            pretrains = stage.equals(PRETRAIN);
        }

        @Override
        public void onStep(StepMetrics metrics) {
            if (pretrains) {
                scores.merge(ComparisonResult.RESIDENT_BYTES, (double) Engine.residentBytes(), Math::max);
            }
        }
    }

    /**
     * Refuses a cell some of whose runs were begun with other settings than it has now, because a recipe has changed.
     *
     * @param folder of the cell
     */
    static void refuseChanges(ComparisonPlan.Cell cell, Path folder) throws IOException {
        if (cell.pretraining().isPresent()) {
            refuseChanges(RunConfig.class, PRETRAIN, cell.pretraining().get(), folder);
        }
        if (cell.few().isPresent()) {
            refuseChanges(FinetuneConfig.class, FEW, cell.few().get(), folder);
        }
        refuseChanges(FinetuneConfig.class, ALL, cell.all(), folder);
    }

    private static <T extends Record & TrainingConfig> void refuseChanges(
            Class<T> type, String stage, T asked, Path folder) throws IOException {
        RunFolder files = new RunFolder(folder.resolve(stage));
        if (!Files.isRegularFile(files.config())) {
            return;
        }
        List<ConfigDifference> differences = ConfigDifference.between(read(type, files.config()), asked);
        if (!differences.isEmpty()) {
            throw new RunFolderException(String.format(
                    Locale.ROOT,
                    "%s was begun with other settings, as a recipe has changed since (%s); remove it to run it anew, or compare in another --out",
                    files.root(),
                    String.join(
                            ", ",
                            differences.stream().map(ConfigDifference::toString).toList())));
        }
    }

    private static <T extends Record & TrainingConfig> T read(Class<T> type, Path file) throws IOException {
        return ConfigBuilder.fromYaml(type, Files.readString(file), file.toString());
    }
}

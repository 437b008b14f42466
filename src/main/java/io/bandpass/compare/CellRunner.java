package io.bandpass.compare;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.config.TrainSection;
import io.bandpass.eval.OnlineEvaluator;
import io.bandpass.metrics.MetricsFile;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.ScoreMetrics;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.StepMetrics;
import io.bandpass.metrics.SummaryFile;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.robust.RobustnessSummary;
import io.bandpass.run.RunKind;
import io.bandpass.run.RunKinds;
import io.bandpass.run.RunSession;
import io.bandpass.run.RunSession.RunCallbacks;
import io.bandpass.run.RunSetup;
import io.bandpass.run.StoredConfig;
import io.bandpass.task.DivergedException;
import io.bandpass.text.Counts;
import io.bandpass.torch.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Runs a cell: pre-training, then what its encoder is used for, with few labels and with all of them, then the robustness of its
 * classifier. Each stage has its own folder, which is started, resumed or reused, so that a cell can be interrupted at any time.
 */
final class CellRunner {
    static final String PRETRAIN = "pretrain";
    static final String FEW = "finetune-few";
    static final String ALL = "finetune-all";
    static final String SEGMENT_FEW = "segment-few";
    static final String SEGMENT_ALL = "segment-all";

    private final ComparisonPlan.Cell cell;
    private final Path folder;
    /** Folder of the comparison. */
    private final Path comparison;

    private final ComparisonProgress progress;
    private final BooleanSupplier stop;
    private final Map<String, Double> scores = new LinkedHashMap<>();
    private final Map<String, String> computed = new LinkedHashMap<>();
    private final Map<String, String> diverged = new LinkedHashMap<>();
    private String probeNotice = OnlineEvaluator.PROBE_LEFT_OUT + "train.log says why";

    /** Outcome of a stage. */
    private enum End {
        DONE,
        /** In this session or an earlier one. */
        DIVERGED,
        /** On request; can be resumed. */
        STOPPED
    }

    /** A whole stage; returns whether it is done. */
    private interface Stage {
        boolean run() throws IOException;
    }

    /**
     * Creates a runner for a cell whose folder is locked by the caller.
     *
     * @param out folder of the comparison
     * @param stop polled after each step; when true, the stage saves and the cell is left
     */
    CellRunner(ComparisonPlan.Cell cell, Path out, ComparisonProgress progress, BooleanSupplier stop) {
        this.cell = cell;
        folder = out.resolve(cell.folder());
        comparison = out;
        this.progress = progress;
        this.stop = stop;
    }

    /** Runs the remaining stages. Returns when the cell has ended, complete or not, or a stop was requested. */
    CellResult run() throws IOException {
        CellResult before = CellResult.read(folder);
        scores.putAll(before.scores());
        computed.putAll(before.computed());
        before.diverged().forEach((stage, reason) -> {
            // What another cell lacked it may have by now.
            boolean ofAnother = stage.startsWith("..");
            if (!ofAnother && Files.isDirectory(folder.resolve(CellResult.folderOf(stage)))) {
                diverged.put(stage, reason);
            }
        });
        // A retried stage may be killed, and must not count as ended.
        write(false);
        return write(stages());
    }

    private CellResult write(boolean ended) throws IOException {
        CellResult result = new CellResult(ended, scores, computed, diverged);
        result.write(folder);
        return result;
    }

    /** Runs the stages; returns whether nothing is left to run. */
    private boolean stages() throws IOException {
        Optional<Path> weights = Optional.empty();
        if (cell.pretraining().isPresent()) {
            PretrainingConfig config = cell.pretraining().get();
            End end = attempt(PRETRAIN, () -> pretrain(config));
            if (end != End.DONE) {
                // Without its weights there is nothing to go on with.
                return end == End.DIVERGED;
            }
            weights = Optional.of(folder.resolve(PRETRAIN));
        }
        Optional<Path> start = weights;
        Map<String, End> ends = new LinkedHashMap<>();
        for (EncoderUse<?> use : cell.uses()) {
            End end = cell.searched().contains(use)
                    ? withChosenSettings(use, start)
                    : attempt(use.stage(), () -> use(use, start));
            if (end == End.STOPPED) {
                return false;
            }
            ends.put(use.stage(), end);
        }
        if (!cell.robustness().isWanted()) {
            return true;
        }
        if (ends.get(ALL) == End.DIVERGED) {
            // There is no classifier to measure.
            progress.diverged(cell, RobustnessStage.NAME);
            return true;
        }
        return attempt(RobustnessStage.NAME, this::measureRobustness) != End.STOPPED;
    }

    /**
     * Runs a stage unless it has diverged. Divergence affects this stage only; other errors would recur in the next.
     */
    private End attempt(String name, Stage stage) throws IOException {
        if (diverged.containsKey(name)) {
            progress.diverged(cell, name);
            return End.DIVERGED;
        }
        try {
            return stage.run() ? End.DONE : End.STOPPED;
        } catch (DivergedException e) {
            diverged(name, String.valueOf(e.getMessage()));
            progress.diverged(cell, name);
            write(false);
            return End.DIVERGED;
        }
    }

    private void diverged(String name, String reason) {
        diverged.put(name, reason);
        progress.notice(cell.name() + ": " + name + ": " + reason);
    }

    /** Pre-trains; returns whether the stage is done. */
    private boolean pretrain(PretrainingConfig config) throws IOException {
        Path out = folder.resolve(PRETRAIN);
        Optional<RunSummary> end = stage(PRETRAIN, RunKinds.PRETRAINING, config, Optional.empty());
        if (end.isEmpty()) {
            return false;
        }
        MetricsFile.Content metrics = MetricsFile.read(new RunFolder(out).metrics());
        storeFrozenScores(end.get(), metrics.scores());
        if (config.evaluate().probe()
                && scores.containsKey(Scores.KNN_TOP1)
                && !scores.containsKey(Scores.PROBE_TOP1)) {
            if (!diverged.containsKey(CellResult.PROBE)) {
                diverged(CellResult.PROBE, probeNotice);
            }
        }
        double[] rates = metrics.steps().stream()
                .mapToDouble(StepMetrics::imagesPerSecond)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        if (rates.length > 0) {
            scores.put(CellResult.IMAGES_PER_SECOND, rates[rates.length / 2]);
        }
        write(false);
        return true;
    }

    /**
     * Stores the final scores of the frozen encoder; the summary may have older ones if the last evaluation has none.
     */
    private void storeFrozenScores(RunSummary summary, List<ScoreMetrics> evaluations) {
        for (String name : List.of(Scores.PROBE_TOP1, Scores.KNN_TOP1)) {
            scores.remove(name);
            if (!evaluations.isEmpty()
                    && evaluations.get(evaluations.size() - 1).step() == summary.steps()) {
                evaluations.get(evaluations.size() - 1).value(name).ifPresent(value -> scores.put(name, value));
            }
        }
    }

    /** Trains with the settings that the grid has for the row, which the first of its seeds looks for. */
    private End withChosenSettings(EncoderUse<?> use, Optional<Path> weights) throws IOException {
        if (cell.searches() && !search(use, weights)) {
            return End.STOPPED;
        }
        GridSearch search = cell.search(comparison, use);
        if (search.isUnderWay()) {
            // To be gone on with when seed 0 is that far.
            return End.STOPPED;
        }
        Optional<GridSearch.Tried> best = search.best();
        if (best.isEmpty()) {
            diverged(
                    cell.searchOf(use.stage()),
                    search.isOver()
                            ? "every setting of `finetune-grid` diverged"
                            : "no setting of `finetune-grid` was chosen, as seed " + ComparisonPlan.SEARCH_SEED
                                    + " of this row has diverged");
            progress.diverged(cell, use.stage());
            write(false);
            return End.DIVERGED;
        }
        return attempt(use.stage(), () -> use(use.with(best.get().settings()), weights));
    }

    /** Tries what is left of the grid; returns whether all is tried. */
    private boolean search(EncoderUse<?> use, Optional<Path> weights) throws IOException {
        GridSearch search = cell.search(comparison, use);
        List<List<String>> left = search.left();
        for (List<String> combination : cell.grid().candidates()) {
            EncoderUse<?> trial = cell.trial(use, combination);
            if (!left.contains(combination)) {
                progress.wasThere(cell, trial.stage());
                continue;
            }
            OptionalDouble top1;
            try {
                Optional<RunSummary> end = stage(trial, weights);
                if (end.isEmpty()) {
                    return false;
                }
                top1 = end.get().score(trial.measured());
            } catch (DivergedException e) {
                progress.notice(cell.name() + ": " + trial.stage() + ": " + e.getMessage());
                progress.diverged(cell, trial.stage());
                top1 = OptionalDouble.empty();
            }
            search.add(new GridSearch.Tried(combination, top1));
        }
        search.best()
                .ifPresent(best -> progress.line(
                        cell.name() + ": " + use.stage() + " of this row takes " + String.join(", ", best.settings())));
        return true;
    }

    /** Trains with the encoder; returns whether the stage is done. */
    private <C extends Record & RunConfig> boolean use(EncoderUse<C> use, Optional<Path> weights) throws IOException {
        Optional<RunSummary> end = stage(use, weights);
        end.flatMap(summary -> Optional.ofNullable(summary.scores().get(use.measured())))
                .ifPresent(value -> scores.put(use.score(), value));
        write(false);
        return end.isPresent();
    }

    /** Measures the fine-tuned classifier on changed images; returns whether the stage is done. */
    private boolean measureRobustness() throws IOException {
        if (stop.getAsBoolean()) {
            return false;
        }
        progress.line(cell.name() + ": " + RobustnessStage.NAME + " begins, "
                + String.join(", ", cell.robustness().parts()));
        long start = System.nanoTime();
        Optional<RobustnessSummary> measured = RobustnessStage.measure(
                cell.robustness(),
                folder,
                sentence -> progress.notice(cell.name() + ": " + RobustnessStage.NAME + ": " + sentence),
                stop);
        if (measured.isEmpty()) {
            return false;
        }
        Map<String, Double> found = RobustnessColumns.scores(measured.get());
        scores.putAll(found);
        write(false);
        progress.ended(
                cell,
                RobustnessStage.NAME,
                (System.nanoTime() - start) / 1e9,
                RobustnessColumns.describe(cell.robustness(), found));
        return true;
    }

    /** Whether a run has started: the configuration is its last file, so without it nothing has been trained. */
    private static boolean exists(Path run) {
        return Files.isRegularFile(new RunFolder(run).config());
    }

    private <C extends Record & RunConfig> Optional<RunSummary> stage(EncoderUse<C> use, Optional<Path> weights)
            throws IOException {
        return stage(use.stage(), use.kind(), use.config(), weights);
    }

    /** Starts, resumes or reuses the run of a stage; returns its summary, or empty if it was stopped. */
    private <C extends Record & RunConfig> Optional<RunSummary> stage(
            String stage, RunKind<C> kind, C config, Optional<Path> weights) throws IOException {
        Path out = folder.resolve(stage);
        RunFolder files = new RunFolder(out);
        if (Files.exists(files.done())) {
            progress.wasThere(cell, stage);
            computed.putIfAbsent(stage, conditions(kind, files));
            return Optional.of(SummaryFile.read(files.summary()));
        }
        if (stop.getAsBoolean()) {
            return Optional.empty();
        }
        boolean begun = exists(out);
        progress.begins(cell, stage, begun);
        if (stage.equals(PRETRAIN)) {
            progress.line(cell.name() + ": " + cell.description());
        }
        long start = System.nanoTime();
        RunCallbacks callbacks = new RunCallbacks(List.of(new StageListener(stage)), stop);
        RunSummary summary = begun
                ? RunSession.resume(kind, out, List.of(), callbacks)
                : RunSession.start(kind, config, cell.encoder(), out, true, weights, callbacks);
        computed.put(stage, conditions(kind, files));
        if (summary.outcome().equals(RunSetup.INTERRUPTED)) {
            return Optional.empty();
        }
        progress.ended(cell, stage, (System.nanoTime() - start) / 1e9, describe(summary));
        return Optional.of(summary);
    }

    private static String describe(RunSummary summary) {
        return Stream.of(Scores.TOP1, Scores.MEAN_IOU, Scores.KNN_TOP1)
                .filter(name -> summary.score(name).isPresent())
                .findFirst()
                .map(name -> Scores.describe(name, summary.score(name).getAsDouble()))
                .orElse("");
    }

    private static <C extends Record & RunConfig> String conditions(RunKind<C> kind, RunFolder files)
            throws IOException {
        TrainSection train =
                StoredConfig.read(kind.config(), files.resolvedConfig()).train();
        return String.format(
                Locale.ROOT,
                "%s, %s, %s",
                train.device(),
                train.precision(),
                Counts.of(train.threads().orElseThrow(), "compute thread"));
    }

    /** Listener of a stage's training run. */
    private final class StageListener implements TrainingListener {
        private final boolean pretrains;

        StageListener(String stage) {
            pretrains = stage.equals(PRETRAIN);
        }

        @Override
        public void onNotice(String sentence) {
            if (pretrains && sentence.startsWith(OnlineEvaluator.PROBE_LEFT_OUT)) {
                probeNotice = sentence;
            }
        }

        @Override
        public void onStep(StepMetrics metrics) {
            if (pretrains) {
                scores.merge(CellResult.RESIDENT_BYTES, (double) Engine.residentBytes(), Math::max);
            }
        }
    }
}

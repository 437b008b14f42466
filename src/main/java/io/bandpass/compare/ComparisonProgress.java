package io.bandpass.compare;

import io.bandpass.config.RunConfig;
import io.bandpass.data.UnreadableImages;
import io.bandpass.metrics.RunLines;
import io.bandpass.run.RunKind;
import io.bandpass.run.RunKinds;
import io.bandpass.text.Counts;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What each stage of a comparison has to do, and how long the rest will take: by what the stages that this process has
 * finished took for their multiplications and additions, and by how many processes share the rest.
 */
final class ComparisonProgress {
    /**
     * What a stage has to do.
     *
     * @param steps of the optimizer
     * @param images that go through it
     * @param multiplyAdds of all forward passes
     */
    record Work(long steps, long images, double multiplyAdds) {}

    private final Map<ComparisonPlan.Cell, Map<String, Work>> work = new LinkedHashMap<>();
    private final Set<ComparisonPlan.Cell> open;
    private final int processes;
    private final Consumer<String> lines;
    private final long begun = System.nanoTime();
    private double left;
    private double done;
    private double secondsOfDone;

    /**
     * Opens the data once to count its images.
     *
     * @param cells of this process
     * @param processes that work on these cells
     * @throws io.bandpass.data.DataException if the data cannot be used, or has no labels
     */
    ComparisonProgress(List<ComparisonPlan.Cell> cells, int processes, Consumer<String> lines) {
        this.processes = processes;
        open = new HashSet<>(cells);
        this.lines = lines;
        Map<String, Integer> images = new LinkedHashMap<>();
        for (ComparisonPlan.Cell cell : cells) {
            Map<String, Work> stages = new LinkedHashMap<>();
            cell.pretraining()
                    .ifPresent(config -> stages.put(
                            CellRunner.PRETRAIN,
                            work(
                                    config,
                                    images.computeIfAbsent(
                                            CellRunner.PRETRAIN, key -> count(RunKinds.PRETRAINING, config)))));
            cell.few()
                    .ifPresent(config -> stages.put(
                            CellRunner.FEW,
                            work(
                                    config,
                                    images.computeIfAbsent(
                                            CellRunner.FEW, key -> count(RunKinds.FINETUNING, config)))));
            stages.put(
                    CellRunner.ALL,
                    work(
                            cell.all(),
                            images.computeIfAbsent(CellRunner.ALL, key -> count(RunKinds.FINETUNING, cell.all()))));
            work.put(cell, stages);
        }
        left = work.values().stream()
                .flatMap(stages -> stages.values().stream())
                .mapToDouble(Work::multiplyAdds)
                .sum();
    }

    private static <C extends Record & RunConfig> int count(RunKind<C> kind, C config) {
        UnreadableImages bad = new UnreadableImages(config.data().maxBad());
        return kind.select(config, kind.open(config, kind.split(config), bad))
                .train()
                .size();
    }

    private static Work work(RunConfig config, int images) {
        long batch = Math.min(config.train().batchSize(), images);
        long steps = images / batch * config.train().epochs();
        return new Work(steps, steps * batch, steps * batch * config.multiplyAddsPerImage());
    }

    private Map<String, Work> stages(ComparisonPlan.Cell cell) {
        return Objects.requireNonNull(work.get(cell));
    }

    /** What a stage of a cell has to do. */
    Work of(ComparisonPlan.Cell cell, String stage) {
        return Objects.requireNonNull(stages(cell).get(stage));
    }

    /** The work of all stages of all cells. */
    Work total() {
        List<Work> all = work.values().stream()
                .flatMap(stages -> stages.values().stream())
                .toList();
        return new Work(
                all.stream().mapToLong(Work::steps).sum(),
                all.stream().mapToLong(Work::images).sum(),
                all.stream().mapToDouble(Work::multiplyAdds).sum());
    }

    /** A stage begins, or goes on where it was stopped. */
    void begins(ComparisonPlan.Cell cell, String stage, boolean again) {
        Work whole = of(cell, stage);
        lines.accept(String.format(
                Locale.ROOT,
                "%s: %s %s, %s, %s",
                cell.name(),
                stage,
                again ? "goes on" : "begins",
                Counts.of(whole.steps(), "step"),
                Counts.grouped(whole.images(), "image")));
    }

    /**
     * A stage has ended.
     *
     * @param seconds that it took in this process
     * @param result in words
     */
    void ended(ComparisonPlan.Cell cell, String stage, double seconds, String result) {
        if (stage.equals(CellRunner.ALL)) {
            open.remove(cell);
        }
        done += of(cell, stage).multiplyAdds();
        secondsOfDone += seconds;
        left -= of(cell, stage).multiplyAdds();
        lines.accept(String.format(
                Locale.ROOT,
                "%s: %s ended after %s%s; elapsed %s, ETA %s",
                cell.name(),
                stage,
                RunLines.duration(seconds),
                result.isEmpty() ? "" : ", " + result,
                RunLines.duration((System.nanoTime() - begun) / 1e9),
                RunLines.duration(Math.max(0, left) / sharing() / done * secondsOfDone)));
    }

    /** How many processes the rest occupies. */
    private int sharing() {
        return Math.max(1, Math.min(processes, open.size()));
    }

    /** A stage has diverged: it is not gone on with, and neither is what needs it. */
    void diverged(ComparisonPlan.Cell cell, String stage) {
        if (stage.equals(CellRunner.PRETRAIN)) {
            wasThere(cell);
            return;
        }
        wasThere(cell, stage);
        if (stage.equals(CellRunner.ALL)) {
            open.remove(cell);
        }
    }

    /** A stage had ended before, here or in another process. */
    void wasThere(ComparisonPlan.Cell cell, String stage) {
        left -= of(cell, stage).multiplyAdds();
    }

    /** All of a cell had ended before. */
    void wasThere(ComparisonPlan.Cell cell) {
        open.remove(cell);
        left -= stages(cell).values().stream().mapToDouble(Work::multiplyAdds).sum();
    }

    void notice(String sentence) {
        lines.accept("notice: " + sentence);
    }

    void line(String sentence) {
        lines.accept(sentence);
    }
}

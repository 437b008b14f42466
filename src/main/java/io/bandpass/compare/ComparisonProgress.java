package io.bandpass.compare;

import io.bandpass.config.RunConfig;
import io.bandpass.data.Datasets;
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
import java.util.stream.Collectors;

/**
 * Work of each stage of a comparison and the remaining time, estimated from the multiply-adds and the duration of the
 * trainings that this process has finished, from how long it took to measure the robustness of a cell, and from the number of
 * processes that share the rest.
 */
final class ComparisonProgress {
    /**
     * Work of a stage.
     *
     * @param steps optimizer steps
     * @param images images processed, counted once per epoch
     * @param multiplyAdds of all forward passes
     */
    record Work(long steps, long images, double multiplyAdds) {
        /** Describes it as the work of so many cells. */
        String text(int cells) {
            return String.format(
                    Locale.ROOT,
                    "%s, %s, %s to process",
                    Counts.of(cells, "cell"),
                    Counts.grouped(steps, "step"),
                    Counts.grouped(images, "image"));
        }
    }

    private final Map<ComparisonPlan.Cell, Map<String, Work>> work = new LinkedHashMap<>();
    private final Set<ComparisonPlan.Cell> open;
    private final Set<ComparisonPlan.Cell> toMeasure = new HashSet<>();
    private final int processes;
    private final Consumer<String> lines;
    private final long start = System.nanoTime();
    private double left;
    private double done;
    private double secondsOfDone;
    private int measured;
    private double secondsOfMeasured;

    /**
     * Opens the data once to count its images.
     *
     * @param cells of this process
     * @param processes that work on these cells
     * @throws io.bandpass.data.DataException if the data cannot be used, or has no labels or masks where those are needed
     * @throws io.bandpass.config.ConfigException if the data has too few classes for an attack
     */
    ComparisonProgress(List<ComparisonPlan.Cell> cells, int processes, Consumer<String> lines) {
        this.processes = processes;
        open = new HashSet<>(cells);
        this.lines = lines;
        ImageCounts counts = new ImageCounts();
        for (ComparisonPlan.Cell cell : cells) {
            Map<String, Work> stages = new LinkedHashMap<>();
            cell.pretraining()
                    .ifPresent(config -> stages.put(
                            CellRunner.PRETRAIN,
                            work(config, counts.of(CellRunner.PRETRAIN, RunKinds.PRETRAINING, config))));
            for (EncoderUse<?> trial : cell.trials()) {
                stages.put(trial.stage(), work(trial.config(), counts.of(trial)));
            }
            for (EncoderUse<?> use : cell.uses()) {
                stages.put(use.stage(), work(use.config(), counts.of(use)));
            }
            if (cell.robustness().isWanted()) {
                cell.robustness().check(counts.classes(RunKinds.FINETUNING));
                stages.put(RobustnessStage.NAME, new Work(0, 0, 0));
                toMeasure.add(cell);
            }
            work.put(cell, stages);
        }
        left = work.values().stream()
                .flatMap(stages -> stages.values().stream())
                .mapToDouble(Work::multiplyAdds)
                .sum();
    }

    /** Training images of each stage and classes of the data, which are the same for all cells. */
    private static final class ImageCounts {
        private final Map<RunKind<?>, Datasets> opened = new LinkedHashMap<>();
        private final Map<String, Integer> images = new LinkedHashMap<>();

        <C extends Record & RunConfig> int of(EncoderUse<C> use) {
            return of(use.stage(), use.kind(), use.config());
        }

        <C extends Record & RunConfig> int of(String stage, RunKind<C> kind, C config) {
            return images.computeIfAbsent(
                    stage,
                    key -> kind.select(config, opened.computeIfAbsent(kind, of -> open(kind, config)))
                            .train()
                            .size());
        }

        /** Returns the number of classes of data that was opened. */
        int classes(RunKind<?> kind) {
            return Objects.requireNonNull(opened.get(kind)).train().classNames().size();
        }

        private static <C extends Record & RunConfig> Datasets open(RunKind<C> kind, C config) {
            UnreadableImages unreadable = new UnreadableImages(config.data().maxBad());
            return kind.open(config, kind.split(config), unreadable);
        }
    }

    private static Work work(RunConfig config, int images) {
        long batch = Math.min(config.train().batchSize(), images);
        long steps = config.train().totalSteps(images / batch);
        return new Work(steps, steps * batch, steps * batch * config.multiplyAddsPerImage());
    }

    private Map<String, Work> stages(ComparisonPlan.Cell cell) {
        return Objects.requireNonNull(work.get(cell));
    }

    /** Returns the work of a stage of a cell. */
    Work of(ComparisonPlan.Cell cell, String stage) {
        return Objects.requireNonNull(stages(cell).get(stage));
    }

    /** Returns the work of all stages of all cells. */
    Work total() {
        List<Work> all = work.values().stream()
                .flatMap(stages -> stages.values().stream())
                .toList();
        return new Work(
                all.stream().mapToLong(Work::steps).sum(),
                all.stream().mapToLong(Work::images).sum(),
                all.stream().mapToDouble(Work::multiplyAdds).sum());
    }

    /** Describes the stages of each cell in a human-readable line. */
    List<String> descriptions() {
        return work.entrySet().stream()
                .map(cell -> cell.getKey().name() + ": "
                        + cell.getValue().entrySet().stream()
                                .map(stage -> stage.getKey().equals(RobustnessStage.NAME)
                                        ? RobustnessStage.NAME
                                        : stage.getKey() + " "
                                                + Counts.of(stage.getValue().steps(), "step"))
                                .collect(Collectors.joining(", ")))
                .toList();
    }

    /** Reports that a stage begins or resumes. */
    void begins(ComparisonPlan.Cell cell, String stage, boolean resumed) {
        Work whole = of(cell, stage);
        lines.accept(String.format(
                Locale.ROOT,
                "%s: %s %s, %s, %s",
                cell.name(),
                stage,
                resumed ? "goes on" : "begins",
                Counts.of(whole.steps(), "step"),
                Counts.grouped(whole.images(), "image")));
    }

    /**
     * Reports that a stage has ended.
     *
     * @param seconds duration in this process
     * @param result human-readable
     */
    void ended(ComparisonPlan.Cell cell, String stage, double seconds, String result) {
        if (cell.endsWith(stage)) {
            open.remove(cell);
        }
        if (stage.equals(RobustnessStage.NAME)) {
            toMeasure.remove(cell);
            measured++;
            secondsOfMeasured += seconds;
        } else {
            done += of(cell, stage).multiplyAdds();
            secondsOfDone += seconds;
            left -= of(cell, stage).multiplyAdds();
        }
        lines.accept(String.format(
                Locale.ROOT,
                "%s: %s ended after %s%s; elapsed %s, ETA %s",
                cell.name(),
                stage,
                RunLines.duration(seconds),
                result.isEmpty() ? "" : ", " + result,
                RunLines.duration((System.nanoTime() - start) / 1e9),
                RunLines.duration(secondsLeft())));
    }

    /** Estimates the remaining time from work of each kind that this process has done; a kind that it has not is left out. */
    private double secondsLeft() {
        double training = done > 0 ? Math.max(0, left) / done * secondsOfDone : 0;
        double measuring = measured > 0 ? toMeasure.size() * secondsOfMeasured / measured : 0;
        return (training + measuring) / sharing();
    }

    /** Returns the number of processes that share the remaining cells. */
    private int sharing() {
        return Math.max(1, Math.min(processes, open.size()));
    }

    /** Records that a stage has diverged: neither it nor what depends on it will be run. */
    void diverged(ComparisonPlan.Cell cell, String stage) {
        if (stage.equals(CellRunner.PRETRAIN)) {
            wasThere(cell);
            return;
        }
        wasThere(cell, stage);
        if (stage.equals(RobustnessStage.NAME)) {
            toMeasure.remove(cell);
        }
        if (cell.endsWith(stage)) {
            open.remove(cell);
        }
    }

    /** Records that a stage had ended before, here or in another process. */
    void wasThere(ComparisonPlan.Cell cell, String stage) {
        left -= of(cell, stage).multiplyAdds();
    }

    /** Records that a whole cell had ended before. */
    void wasThere(ComparisonPlan.Cell cell) {
        open.remove(cell);
        toMeasure.remove(cell);
        left -= stages(cell).values().stream().mapToDouble(Work::multiplyAdds).sum();
    }

    void notice(String sentence) {
        lines.accept("notice: " + sentence);
    }

    void line(String sentence) {
        lines.accept(sentence);
    }
}

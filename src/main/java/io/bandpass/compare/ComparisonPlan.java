package io.bandpass.compare;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.OptimizerConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.Recipes;
import io.bandpass.config.RunConfig;
import io.bandpass.text.Decimals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * All cells of a comparison with their configurations, resolved before anything runs.
 *
 * @param cells by seed, then encoder, then task, so that partial tables have every row early
 * @param impossible combinations of task and encoder that are not possible
 * @param notices remarks for the user
 */
record ComparisonPlan(List<Cell> cells, List<Impossible> impossible, List<String> notices) {
    /** The seed with which the settings of fine-tuning of a row are chosen. */
    static final int SEARCH_SEED = 0;

    /**
     * One task with one encoder and one seed.
     *
     * @param pretraining empty for training from scratch
     * @param uses what its encoder is used for, in the order in which they run; at least one
     * @param grid from which the settings of its fine-tunings are chosen
     * @param robustness what is measured of its classifier at last
     */
    record Cell(
            String encoder,
            String task,
            int seed,
            Optional<PretrainingConfig> pretraining,
            List<EncoderUse<?>> uses,
            FinetuningGrid grid,
            RobustnessPlan robustness) {
        Cell {
            uses = List.copyOf(uses);
        }

        /** Returns its folder, relative to the comparison's. */
        String folder() {
            return folderOf(seed);
        }

        /**
         * Reads what its row has tried for a use so far.
         *
         * @param out folder of the comparison
         */
        GridSearch search(Path out, EncoderUse<?> use) throws IOException {
            return GridSearch.read(grid, out.resolve(searchFolder()), use.stage());
        }

        /** Returns the folder of the cell of its row whose seed the settings of fine-tuning are chosen with. */
        String searchFolder() {
            return folderOf(SEARCH_SEED);
        }

        /** Returns the folder of the search for the settings of a stage, seen from its own folder. */
        String searchOf(String stage) {
            return (searches() ? "" : "../seed-" + SEARCH_SEED + "/") + GridSearch.folder(stage);
        }

        private String folderOf(int number) {
            return rowFolder(encoder, task) + "/seed-" + number;
        }

        /** Whether it chooses the settings of fine-tuning for its row. */
        boolean searches() {
            return grid.isWanted() && seed == SEARCH_SEED;
        }

        /** Returns the uses whose settings the grid chooses. */
        List<EncoderUse<?>> searched() {
            return grid.isWanted()
                    ? uses.stream().filter(EncoderUse::isFinetuning).toList()
                    : List.of();
        }

        /**
         * Returns the trainings that try the combinations of the grid, for all uses in turn; none if another cell does.
         *
         * @throws ConfigException if a combination is impossible with the encoder
         */
        List<EncoderUse<?>> trials() {
            List<EncoderUse<?>> trials = new ArrayList<>();
            if (searches()) {
                searched()
                        .forEach(use -> grid.candidates().forEach(combination -> trials.add(trial(use, combination))));
            }
            return trials;
        }

        /** Returns the training that tries a combination of the grid for a use. */
        EncoderUse<?> trial(EncoderUse<?> use, List<String> combination) {
            List<String> settings = new ArrayList<>(combination);
            settings.add("labels.validation-fraction=" + FinetuningGrid.VALIDATION_FRACTION);
            int number = grid.candidates().indexOf(combination) + 1;
            return use.with(settings).in(GridSearch.folder(use.stage()) + "/" + number);
        }

        /** Returns the configurations of its trainings by stage, in the order in which they run. */
        Map<String, RunConfig> stages() {
            Map<String, RunConfig> stages = new LinkedHashMap<>();
            pretraining.ifPresent(config -> stages.put(CellRunner.PRETRAIN, config));
            uses.forEach(use -> stages.put(use.stage(), use.config()));
            return stages;
        }

        /** Returns the configuration of a stage that uses the encoder; empty if there is no such stage. */
        Optional<RunConfig> use(String stage) {
            return uses.stream()
                    .filter(use -> use.stage().equals(stage))
                    .map(use -> (RunConfig) use.config())
                    .findFirst();
        }

        /** Whether a stage is the last of its stages. */
        boolean endsWith(String stage) {
            return robustness.isWanted()
                    ? stage.equals(RobustnessStage.NAME)
                    : uses.get(uses.size() - 1).stage().equals(stage);
        }

        /** Describes the pre-training task and image size; empty for training from scratch. */
        String description() {
            return pretraining
                    .map(config -> config.encoder().imageSize() + " px, "
                            + (task.equals(ComparisonConfig.SHAM)
                                    ? "initial weights, a learning rate of 0 for an epoch"
                                    : config.task().describe(config) + ", " + optimizer(config.optimizer())))
                    .orElse("");
        }

        private static String optimizer(OptimizerConfig optimizer) {
            OptionalDouble perBatch = optimizer.baseLearningRate();
            double rate = perBatch.orElseGet(() -> optimizer.learningRate().orElseThrow());
            return optimizer.type() + ", learning rate "
                    + Decimals.plain(rate)
                    + (perBatch.isPresent() ? " for 512 images" : "");
        }

        /** Returns a human-readable name. */
        String name() {
            return encoder + ", " + task + ", seed " + seed;
        }
    }

    /** A task that is impossible with an encoder, and the reason. */
    record Impossible(String encoder, String task, String reason) {
        /** Returns a human-readable message. */
        String sentence() {
            return encoder + ", " + task + " is not possible: " + reason;
        }
    }

    /**
     * Returns a part of the cells, every {@code count}-th one; with a grid those of every {@code count}-th row, as the
     * cells of a row need the settings that its first one chooses.
     *
     * @param number of the part, from 1
     * @param count of parts
     * @throws ConfigException if there is no such part, or there are more parts than cells
     */
    List<Cell> part(int number, int count) {
        if (number < 1 || count < number || count > cells.size()) {
            throw new ConfigException(String.format(
                    Locale.ROOT,
                    "`shard` is %d/%d, but must be a number from 1, of at most as many parts as there are cells, %d",
                    number,
                    count,
                    cells.size()));
        }
        List<String> rows = cells.stream().map(Cell::searchFolder).distinct().toList();
        boolean byRow = cells.get(0).grid().isWanted();
        if (byRow && count > rows.size()) {
            throw new ConfigException(String.format(
                    Locale.ROOT,
                    "`shard` is %d/%d, but with `finetune-grid` a part has whole rows, an encoder and a task with all"
                            + " seeds, of which there are %d",
                    number,
                    count,
                    rows.size()));
        }
        return IntStream.range(0, cells.size())
                .filter(i -> (byRow ? rows.indexOf(cells.get(i).searchFolder()) : i) % count == number - 1)
                .mapToObj(cells::get)
                .toList();
    }

    /** Describes the pre-training of each table row: one line per encoder and task other than scratch. */
    List<String> descriptions() {
        return cells.stream()
                .filter(cell -> cell.pretraining().isPresent())
                .map(cell -> cell.encoder() + ", " + cell.task() + ": " + cell.description())
                .distinct()
                .toList();
    }

    /** Returns the folder of the cells of a table row, relative to the comparison's. */
    static String rowFolder(String encoder, String task) {
        return "cells/" + encoder + "/" + task;
    }

    /**
     * Resolves a configuration.
     *
     * @throws ConfigException if a recipe or key does not exist, or no cell is possible
     */
    static ComparisonPlan of(ComparisonConfig config) {
        CellConfigs recipes = new CellConfigs(config);
        List<Cell> cells = new ArrayList<>();
        List<Impossible> impossible = new ArrayList<>();
        List<String> notices = new ArrayList<>();
        for (String encoder : config.encoders()) {
            String notice = recipes.sizeNotice(encoder);
            if (!notice.isEmpty()) {
                notices.add(notice);
            }
        }
        for (int seed = 0; seed < config.seeds(); seed++) {
            for (String encoder : config.encoders()) {
                for (String task : config.tasks()) {
                    try {
                        Cell cell = cell(recipes, config, encoder, task, seed, notices);
                        // A setting of the grid may be impossible with the encoder.
                        cell.trials();
                        cells.add(cell);
                    } catch (ConfigException e) {
                        if (seed == 0) {
                            impossible.add(new Impossible(
                                    Recipes.shortName(encoder),
                                    Recipes.shortName(task),
                                    String.valueOf(e.getMessage())));
                        }
                    }
                }
            }
        }
        if (cells.isEmpty()) {
            throw new ConfigException("no cell of the comparison is possible: "
                    + impossible.get(0).sentence());
        }
        return new ComparisonPlan(List.copyOf(cells), List.copyOf(impossible), List.copyOf(notices));
    }

    private static Cell cell(
            CellConfigs recipes, ComparisonConfig config, String encoder, String task, int seed, List<String> notices) {
        List<EncoderUse<?>> uses = recipes.uses(encoder, seed);
        Optional<PretrainingConfig> pretraining = task.equals(ComparisonConfig.SCRATCH)
                ? Optional.empty()
                : Optional.of(recipes.pretraining(encoder, task, seed));
        return new Cell(
                Recipes.shortName(encoder),
                Recipes.shortName(task),
                seed,
                config.finetunes()
                        ? pretraining.map(own -> withSameHeldOutImages(
                                own, recipes.finetuning(encoder, seed, OptionalInt.empty()), notices))
                        : pretraining,
                uses,
                config.grid(),
                config.robustness());
    }

    /** Makes all stages of a seed, and training from scratch, hold out the same images if the data has no such part. */
    private static PretrainingConfig withSameHeldOutImages(
            PretrainingConfig pretraining, FinetuningConfig finetuning, List<String> notices) {
        double own = pretraining.evaluate().heldOutFraction();
        double common = finetuning.labels().heldOutFraction();
        if (own == common) {
            return pretraining;
        }
        String notice = String.format(
                Locale.ROOT,
                "where the data names no part to hold out, pre-training holds out what fine-tuning does: a fraction %s (labels.held-out-fraction), not %s (evaluate.held-out-fraction)",
                common,
                own);
        if (!notices.contains(notice)) {
            notices.add(notice);
        }
        return ConfigBuilder.from(pretraining)
                .set("evaluate.held-out-fraction=" + common)
                .build();
    }
}

package io.bandpass.compare;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.Recipes;
import io.bandpass.config.RunConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * All cells of a comparison with their configurations, resolved before anything runs.
 *
 * @param cells by seed, then encoder, then task, so that a partial table soon has every row
 * @param impossible tasks that cannot be done with an encoder
 * @param notices what a person should know
 */
record ComparisonPlan(List<Cell> cells, List<Impossible> impossible, List<String> notices) {
    /**
     * One task with one encoder and one seed.
     *
     * @param pretraining nothing where training starts from scratch
     * @param few with few labels, where that is asked
     */
    record Cell(
            String encoder,
            String task,
            int seed,
            Optional<PretrainingConfig> pretraining,
            FinetuningConfig all,
            Optional<FinetuningConfig> few) {
        /** Where its files lie below the comparison's folder. */
        String folder() {
            return rowFolder(encoder, task) + "/seed-" + seed;
        }

        /** What is trained, by the name of the stage, in this order. */
        Map<String, RunConfig> stages() {
            Map<String, RunConfig> stages = new LinkedHashMap<>();
            pretraining.ifPresent(config -> stages.put(CellRunner.PRETRAIN, config));
            few.ifPresent(config -> stages.put(CellRunner.FEW, config));
            stages.put(CellRunner.ALL, all);
            return stages;
        }

        /** What is pre-trained, in words, at which image size; empty where training starts from scratch. */
        String description() {
            return pretraining
                    .map(config -> config.encoder().imageSize() + " px, "
                            + config.task().describe(config))
                    .orElse("");
        }

        /** For people. */
        String name() {
            return encoder + ", " + task + ", seed " + seed;
        }
    }

    /** A task that cannot be done with an encoder, and why. */
    record Impossible(String encoder, String task, String reason) {
        /** For people. */
        String sentence() {
            return encoder + ", " + task + " is not possible: " + reason;
        }
    }

    /** What each row of the table pre-trains, in words: a line for each encoder with each task that is not from scratch. */
    List<String> descriptions() {
        return cells.stream()
                .filter(cell -> cell.pretraining().isPresent())
                .map(cell -> cell.encoder() + ", " + cell.task() + ": " + cell.description())
                .distinct()
                .toList();
    }

    /** Where the cells of a row of the table lie, below the comparison's folder. */
    static String rowFolder(String encoder, String task) {
        return "cells/" + encoder + "/" + task;
    }

    /**
     * The plan of what was asked.
     *
     * @throws ConfigException if a recipe or key does not exist, or no cell at all is possible
     */
    static ComparisonPlan of(ComparisonConfig asked) {
        CellConfigs recipes = new CellConfigs(asked);
        List<Cell> cells = new ArrayList<>();
        List<Impossible> impossible = new ArrayList<>();
        List<String> notices = new ArrayList<>();
        for (String encoder : asked.encoders()) {
            String notice = recipes.sizeNotice(encoder);
            if (!notice.isEmpty()) {
                notices.add(notice);
            }
        }
        for (int seed = 0; seed < asked.seeds(); seed++) {
            for (String encoder : asked.encoders()) {
                for (String task : asked.tasks()) {
                    try {
                        cells.add(cell(recipes, asked, encoder, task, seed, notices));
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
            CellConfigs recipes, ComparisonConfig asked, String encoder, String task, int seed, List<String> notices) {
        FinetuningConfig all = recipes.finetuning(encoder, seed, OptionalInt.empty());
        return new Cell(
                Recipes.shortName(encoder),
                Recipes.shortName(task),
                seed,
                task.equals(ComparisonConfig.SCRATCH)
                        ? Optional.empty()
                        : Optional.of(holdingOutTheSame(recipes.pretraining(encoder, task, seed), all, notices)),
                all,
                asked.fewLabels().isPresent()
                        ? Optional.of(recipes.finetuning(encoder, seed, asked.fewLabels()))
                        : Optional.empty());
    }

    /** All stages of a seed, and training from scratch, hold out the same images where the data names none. */
    private static PretrainingConfig holdingOutTheSame(
            PretrainingConfig pretraining, FinetuningConfig finetuning, List<String> notices) {
        double own = pretraining.evaluate().heldOutFraction();
        double wanted = finetuning.labels().heldOutFraction();
        if (own == wanted) {
            return pretraining;
        }
        String notice = String.format(
                Locale.ROOT,
                "where the data names no part to hold out, pre-training holds out what fine-tuning does: a fraction %s (labels.held-out-fraction), not %s (evaluate.held-out-fraction)",
                wanted,
                own);
        if (!notices.contains(notice)) {
            notices.add(notice);
        }
        return ConfigBuilder.from(pretraining)
                .set("evaluate.held-out-fraction=" + wanted)
                .build();
    }
}

package io.bandpass.compare;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.EncoderDescription;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.MaskedFrequencyConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.Recipes;
import io.bandpass.config.RunConfig;
import io.bandpass.config.ScheduleConfig;
import io.bandpass.config.SegmentationConfig;
import io.bandpass.config.SimMimConfig;
import io.bandpass.metrics.Scores;
import io.bandpass.run.RunKinds;
import io.bandpass.run.RunSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Builds the configurations of cells; determines which key comes from which recipe or option. */
final class CellConfigs {
    private static final String MAE = "mae";
    private static final String SIMMIM = "simmim";
    private static final Pattern ENCODER_OR_TASK = Pattern.compile("(encoder|task)[.=].*");
    private static final Pattern ENCODER_OR_DATA = Pattern.compile("(encoder|data)[.=].*");

    private final ComparisonConfig config;
    private final PretrainingConfig shared;

    /**
     * Loads the recipe that all cells share.
     *
     * @throws ConfigException if the recipe, or a key that overrides it, does not exist
     */
    CellConfigs(ComparisonConfig config) {
        this.config = config;
        shared = RunSetup.locate(
                Recipes.load(config.recipe()).dataPaths(config.data()).build());
        rejectUnknownKeys();
    }

    /** Rejects keys that no cell has. Keys of encoders and tasks are left to the cells, as only some may have them. */
    private void rejectUnknownKeys() {
        ConfigBuilder<PretrainingConfig> pretraining = ConfigBuilder.from(shared);
        setCommon(pretraining, config.settings());
        if (config.finetunes()) {
            ConfigBuilder<FinetuningConfig> finetuning =
                    Recipes.load(FinetuningConfig.class, config.finetuneRecipe(shared.encoder()));
            setCommon(finetuning, config.finetuneSettings());
            FinetuningConfig common = finetuning.build();
            for (List<String> combination : config.grid().candidates()) {
                ConfigBuilder<FinetuningConfig> tried = ConfigBuilder.from(common);
                setCommon(tried, combination);
                tried.build();
            }
        }
        if (config.segment().isWanted()) {
            ConfigBuilder<SegmentationConfig> segmentation =
                    Recipes.load(SegmentationConfig.class, config.segment().recipe(shared.encoder()));
            setCommon(segmentation, config.segment().settings());
        }
    }

    /** Sets what all cells have, and so neither keys of encoders nor of tasks. */
    private static void setCommon(ConfigBuilder<?> builder, List<String> settings) {
        settings.stream()
                .filter(setting -> !ENCODER_OR_TASK.matcher(setting).matches())
                .forEach(builder::set);
    }

    /**
     * Returns the pre-training configuration of a cell.
     *
     * @throws ConfigException if this task is impossible with this encoder
     */
    PretrainingConfig pretraining(String encoder, String task, int seed) {
        PretrainingConfig own = recipe(encoder);
        String source = "recipe " + encoder;
        ConfigBuilder<PretrainingConfig> builder = Recipes.load(config.recipe())
                .section("data", shared.data(), "recipe " + config.recipe())
                .section("encoder", (Record) sized(own.encoder()), source)
                .section("optimizer", own.optimizer(), source)
                .section("schedule", schedule(own.schedule()), source)
                .set("description", quoted(Recipes.shortName(encoder) + ", " + Recipes.shortName(task)), "the plan");
        setTask(builder, encoder, task);
        builder.set("evaluate.probe", "true", "the comparison");
        config.settings().forEach(builder::set);
        boolean sham = task.equals(ComparisonConfig.SHAM);
        if (sham) {
            learnNothing(builder);
        }
        return RunSetup.locate(builder.set("train.epochs", Integer.toString(sham ? 1 : config.budget()), "`budget`")
                .set("train.steps", "none", "`budget`")
                .set("train.seed", Integer.toString(seed), "`seeds`")
                .build());
    }

    /** Sets a learning rate of 0. One epoch is enough, in which batch norm gets its running statistics. */
    private static void learnNothing(ConfigBuilder<PretrainingConfig> builder) {
        String source = "`tasks` " + ComparisonConfig.SHAM;
        builder.set("optimizer.base-learning-rate", "none", source)
                .set("optimizer.learning-rate", "0", source)
                .set("schedule.warmup-learning-rate", "0", source)
                .set("schedule.min-learning-rate", "0", source)
                .set("schedule.warmup-epochs", "0", source)
                .set("mask.lowpass-warmup-epochs", "0", source)
                .set("mask.lowpass-warmup-probability", "0", source);
    }

    private static PretrainingConfig recipe(String encoder) {
        return Recipes.load(encoder).build();
    }

    private void setTask(ConfigBuilder<PretrainingConfig> builder, String encoder, String task) {
        if (task.equals(ComparisonConfig.SHAM)) {
            return;
        }
        if (!ComparisonConfig.isWord(task)) {
            ConfigBuilder<PretrainingConfig> recipe = Recipes.load(task);
            String source = "recipe " + task;
            builder.take(recipe, "task", source).take(recipe, "decoder", source).take(recipe, "loss", source);
            if (recipe.build().task() instanceof MaskedFrequencyConfig) {
                builder.take(recipe, "mask", source);
            }
            return;
        }
        builder.set("task.type", task, "`tasks`");
        if (task.equals(MAE) && !shared.decoder().isTransformer()) {
            builder.set("decoder.type", "vit", "`tasks` " + MAE);
        }
        if (task.equals(SIMMIM) && !(shared.task() instanceof SimMimConfig)) {
            SimMimConfig.publishedBlockSize(start(encoder).encoder())
                    .ifPresent(block -> builder.set("task.block-size", Integer.toString(block), "`tasks` " + SIMMIM));
        }
    }

    /** Returns the trainings that begin with the encoder of a cell, in their order; they do not depend on the task. */
    List<EncoderUse<?>> uses(String encoder, int seed) {
        List<EncoderUse<?>> uses = new ArrayList<>();
        if (config.finetunes()) {
            if (config.fewLabels().isPresent()) {
                uses.add(finetuning(CellRunner.FEW, encoder, seed, config.fewLabels(), CellResult.TOP1_FEW));
            }
            uses.add(finetuning(CellRunner.ALL, encoder, seed, OptionalInt.empty(), CellResult.TOP1_ALL));
        }
        if (config.segment().isWanted()) {
            OptionalInt few = config.segment().fewMasks();
            if (few.isPresent()) {
                uses.add(segmentation(CellRunner.SEGMENT_FEW, encoder, seed, few, CellResult.MIOU_FEW));
            }
            uses.add(segmentation(CellRunner.SEGMENT_ALL, encoder, seed, OptionalInt.empty(), CellResult.MIOU_ALL));
        }
        return uses;
    }

    private EncoderUse<FinetuningConfig> finetuning(
            String stage, String encoder, int seed, OptionalInt perClass, String score) {
        return new EncoderUse<>(stage, RunKinds.FINETUNING, finetuning(encoder, seed, perClass), Scores.TOP1, score);
    }

    private EncoderUse<SegmentationConfig> segmentation(
            String stage, String encoder, int seed, OptionalInt images, String score) {
        return new EncoderUse<>(
                stage, RunKinds.SEGMENTATION, segmentation(encoder, seed, images), Scores.MEAN_IOU, score);
    }

    /**
     * Returns the segmentation configuration of a cell.
     *
     * @param images with masks, to train on; empty for all
     */
    private SegmentationConfig segmentation(String encoder, int seed, OptionalInt images) {
        SegmentationPlan plan = config.segment();
        RunConfig start = start(encoder);
        ConfigBuilder<SegmentationConfig> builder = Recipes.load(SegmentationConfig.class, plan.recipe(start.encoder()))
                .pretrained(EncoderDescription.of(start), "recipe " + encoder);
        plan.settings().forEach(builder::set);
        plan.steps().ifPresent(steps -> builder.set("train.steps", Integer.toString(steps), "`segment-steps`"));
        images.ifPresent(count -> builder.set("masks.images", Integer.toString(count), "`few-masks`"));
        return RunSetup.locate(builder.dataPaths(plan.data())
                .set("train.seed", Integer.toString(seed), "`seeds`")
                .build());
    }

    /**
     * Returns the fine-tuning configuration of a cell, which does not depend on the pre-training task.
     *
     * @param perClass labelled images per class; empty for all
     */
    FinetuningConfig finetuning(String encoder, int seed, OptionalInt perClass) {
        RunConfig start = start(encoder);
        ConfigBuilder<FinetuningConfig> builder = Recipes.load(
                        FinetuningConfig.class, config.finetuneRecipe(start.encoder()))
                .section("data", start.data(), "recipe " + config.recipe())
                .pretrained(EncoderDescription.of(start), "recipe " + encoder)
                .set("encoder.image-size", Integer.toString(start.encoder().imageSize()), "recipe " + encoder);
        config.finetuneSettings().forEach(builder::set);
        OptionalInt epochs = perClass.isPresent() ? config.fewEpochs() : config.finetuneEpochs();
        String option = perClass.isPresent() ? "`few-epochs`" : "`finetune-epochs`";
        epochs.ifPresent(count ->
                builder.set("train.epochs", Integer.toString(count), option).set("train.steps", "none", option));
        String labels = perClass.isPresent() ? Integer.toString(perClass.getAsInt()) : "none";
        return RunSetup.locate(builder.set("labels.per-class", labels, "`few-labels`")
                .set("train.seed", Integer.toString(seed), "`seeds`")
                .build());
    }

    /** Returns encoder and data of an encoder's cells with their overrides; they do not depend on the task. */
    private RunConfig start(String encoder) {
        ConfigBuilder<FinetuningConfig> builder = ConfigBuilder.of(FinetuningConfig.class)
                .section("encoder", (Record) sized(recipe(encoder).encoder()), "recipe " + encoder)
                .section("data", shared.data(), "recipe " + config.recipe());
        config.settings().stream()
                .filter(setting -> ENCODER_OR_DATA.matcher(setting).matches())
                .forEach(builder::set);
        return builder.build();
    }

    /** Returns a notice about an encoder that does not support the common image size, or an empty string. */
    String sizeNotice(String encoder) {
        int own;
        int common;
        try {
            own = start(encoder).encoder().imageSize();
            common = start(config.recipe()).encoder().imageSize();
        } catch (ConfigException impossible) {
            // Reported by its cells.
            return "";
        }
        return own == common
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%s cannot have images of %d px as recipe %s has them: all of its cells take its own %d px",
                        Recipes.shortName(encoder),
                        common,
                        config.recipe(),
                        own);
    }

    /** Returns the encoder at the common image size, or at its own if it does not support that. */
    private EncoderConfig sized(EncoderConfig own) {
        try {
            return own.withImageSize(shared.encoder().imageSize());
        } catch (ConfigException unsupported) {
            return own;
        }
    }

    /** Combines the encoder's learning rates with the common schedule, which depends on the budget. */
    private ScheduleConfig schedule(ScheduleConfig own) {
        return shared.schedule().withRates(own.warmupLearningRate(), own.minLearningRate());
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}

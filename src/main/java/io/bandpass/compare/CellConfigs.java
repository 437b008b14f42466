package io.bandpass.compare;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.EncoderDescription;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.Recipes;
import io.bandpass.config.RunConfig;
import io.bandpass.config.ScheduleConfig;
import io.bandpass.config.SimMimConfig;
import io.bandpass.run.RunSetup;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Which key of a cell's configurations comes from where. */
final class CellConfigs {
    private static final String MAE = "mae";
    private static final String SIMMIM = "simmim";
    private static final Pattern OF_ENCODER_OR_TASK = Pattern.compile("(encoder|task)[.=].*");
    private static final Pattern OF_ENCODER_OR_DATA = Pattern.compile("(encoder|data)[.=].*");

    private final ComparisonConfig asked;
    private final PretrainingConfig shared;

    /**
     * Reads the recipe that is common to all cells.
     *
     * @throws ConfigException if it, or a key that is set over it, does not exist
     */
    CellConfigs(ComparisonConfig asked) {
        this.asked = asked;
        shared = RunSetup.locate(
                Recipes.load(asked.recipe()).dataPaths(asked.data()).build());
        refuseUnknownKeys();
    }

    /** A key that no cell has is a mistake; one that some encoders or tasks have is not, so those are left to the cells. */
    private void refuseUnknownKeys() {
        ConfigBuilder<PretrainingConfig> pretraining = ConfigBuilder.from(shared);
        asked.settings().stream()
                .filter(setting -> !OF_ENCODER_OR_TASK.matcher(setting).matches())
                .forEach(pretraining::set);
        ConfigBuilder<FinetuningConfig> finetuning =
                Recipes.load(FinetuningConfig.class, asked.finetuneRecipe(shared.encoder()));
        asked.finetuneSettings().stream()
                .filter(setting -> !OF_ENCODER_OR_TASK.matcher(setting).matches())
                .forEach(finetuning::set);
    }

    /**
     * The pre-training of a cell.
     *
     * @throws ConfigException if this task cannot be done with this encoder
     */
    PretrainingConfig pretraining(String encoder, String task, int seed) {
        ConfigBuilder<PretrainingConfig> recipe = Recipes.load(encoder);
        PretrainingConfig own = recipe.build();
        String source = "recipe " + encoder;
        ConfigBuilder<PretrainingConfig> builder = Recipes.load(asked.recipe())
                .section("data", shared.data(), "recipe " + asked.recipe())
                .section("encoder", (Record) sized(own.encoder()), source)
                .take(recipe, "mask.radius", source)
                .take(recipe, "mask.lowpass-probability", source)
                .section("optimizer", own.optimizer(), source)
                .section("schedule", schedule(own.schedule()), source)
                .set("description", quoted(Recipes.shortName(encoder) + ", " + Recipes.shortName(task)), "the plan");
        setTask(builder, encoder, task);
        builder.set("evaluate.probe", "true", "the comparison");
        asked.settings().forEach(builder::set);
        return RunSetup.locate(builder.set("train.epochs", Integer.toString(asked.budget()), "`budget`")
                .set("train.seed", Integer.toString(seed), "`seeds`")
                .build());
    }

    private static PretrainingConfig recipe(String encoder) {
        return Recipes.load(encoder).build();
    }

    private void setTask(ConfigBuilder<PretrainingConfig> builder, String encoder, String task) {
        if (!ComparisonConfig.isWord(task)) {
            ConfigBuilder<PretrainingConfig> recipe = Recipes.load(task);
            String source = "recipe " + task;
            builder.take(recipe, "task", source).take(recipe, "decoder", source).take(recipe, "loss", source);
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

    /**
     * The fine-tuning of a cell; the same whatever was pre-trained, if anything.
     *
     * @param perClass labelled images of each class; empty for all
     */
    FinetuningConfig finetuning(String encoder, int seed, OptionalInt perClass) {
        RunConfig start = start(encoder);
        ConfigBuilder<FinetuningConfig> builder = Recipes.load(
                        FinetuningConfig.class, asked.finetuneRecipe(start.encoder()))
                .section("data", start.data(), "recipe " + asked.recipe())
                .pretrained(EncoderDescription.of(start), "recipe " + encoder)
                .set("encoder.image-size", Integer.toString(start.encoder().imageSize()), "recipe " + encoder);
        asked.finetuneSettings().forEach(builder::set);
        OptionalInt epochs = perClass.isPresent() ? asked.fewEpochs() : asked.finetuneEpochs();
        epochs.ifPresent(count -> builder.set(
                "train.epochs", Integer.toString(count), perClass.isPresent() ? "`few-epochs`" : "`finetune-epochs`"));
        String labels = perClass.isPresent() ? Integer.toString(perClass.getAsInt()) : "none";
        return RunSetup.locate(builder.set("labels.per-class", labels, "`few-labels`")
                .set("train.seed", Integer.toString(seed), "`seeds`")
                .build());
    }

    /** Encoder and data of an encoder's cells, which do not depend on the task, with what is set over them. */
    private RunConfig start(String encoder) {
        ConfigBuilder<FinetuningConfig> builder = ConfigBuilder.of(FinetuningConfig.class)
                .section("encoder", (Record) sized(recipe(encoder).encoder()), "recipe " + encoder)
                .section("data", shared.data(), "recipe " + asked.recipe());
        asked.settings().stream()
                .filter(setting -> OF_ENCODER_OR_DATA.matcher(setting).matches())
                .forEach(builder::set);
        return builder.build();
    }

    /** A sentence about an encoder that cannot have the common image size, or nothing. */
    String sizeNotice(String encoder) {
        int own;
        int common;
        try {
            own = start(encoder).encoder().imageSize();
            common = start(asked.recipe()).encoder().imageSize();
        } catch (ConfigException impossible) {
            // Its cells say so.
            return "";
        }
        return own == common
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%s cannot have images of %d px as recipe %s has them: all of its cells take its own %d px",
                        Recipes.shortName(encoder),
                        common,
                        asked.recipe(),
                        own);
    }

    /** At the common image size, or at its own where it cannot have that one. */
    private EncoderConfig sized(EncoderConfig own) {
        try {
            return own.withImageSize(shared.encoder().imageSize());
        } catch (ConfigException tooOdd) {
            return own;
        }
    }

    /** Rates are the encoder's; epochs, and the curve over them, belong to the budget. */
    private ScheduleConfig schedule(ScheduleConfig own) {
        ScheduleConfig common = shared.schedule();
        return new ScheduleConfig(
                common.type(),
                common.warmupEpochs(),
                own.warmupLearningRate(),
                own.minLearningRate(),
                common.decayEpochs(),
                common.milestoneEpochs(),
                common.decayRate());
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}

package io.bandpass.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bandpass.config.Check;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.EmptyWord;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.KnownKeys;
import io.bandpass.config.NearestKey;
import io.bandpass.config.Recipes;
import io.bandpass.config.RecordBinder;
import io.bandpass.config.StrictYaml;
import io.bandpass.config.TaskConfig;
import io.bandpass.config.Variants;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Configuration of a comparison: every task with every encoder and several seeds, on the same data and for the same
 * number of epochs. A cell is one task with one encoder and one seed.
 *
 * @param recipe pre-training recipe with the settings that all encoders and tasks share
 * @param tasks {@code scratch}, {@code sham}, values of {@code task.type}, or pre-training recipes whose task is used
 * @param encoders pre-training recipes whose encoder is used
 * @param seeds number of seeds, which start at 0
 * @param budget epochs of pre-training
 * @param fewLabels images per class of the second fine-tuning, or {@code none}
 * @param finetuneRecipe recipe of both fine-tunings, {@link #AUTO} for the one for small images that suits each encoder,
 *     or {@link #NONE} for no fine-tuning
 * @param finetuneEpochs epochs of fine-tuning with all labels; empty for those of the recipe
 * @param fewEpochs epochs of fine-tuning with few labels; empty for those of the recipe
 * @param settings overrides for pre-training, each {@code section.key=value}
 * @param finetuneSettings overrides for both fine-tunings
 * @param finetuneGrid settings of fine-tuning among which each row chooses, each {@code section.key=value,value}
 * @param data absolute paths
 * @param segment segmentation with the encoders, if wanted
 * @param robustness robustness of the fine-tuned classifiers, if wanted
 */
public record ComparisonConfig(
        String recipe,
        List<String> tasks,
        List<String> encoders,
        int seeds,
        int budget,
        @EmptyWord("none") OptionalInt fewLabels,
        String finetuneRecipe,
        OptionalInt finetuneEpochs,
        OptionalInt fewEpochs,
        List<String> settings,
        List<String> finetuneSettings,
        List<String> finetuneGrid,
        List<String> data,
        SegmentationPlan segment,
        RobustnessPlan robustness) {
    /** Task without pre-training. */
    public static final String SCRATCH = "scratch";

    /** Task of pre-training that learns nothing, as its learning rate is 0: the encoder keeps its initial weights. */
    public static final String SHAM = "sham";

    /** Value that selects the fine-tuning recipe by encoder. */
    public static final String AUTO = "auto";

    /** Fine-tuning recipe of a comparison without fine-tuning. */
    public static final String NONE = "none";

    private static final String GRID = "finetune-grid";
    private static final String SEGMENT = "segment";
    private static final String ROBUSTNESS = "robustness";

    public ComparisonConfig {
        tasks = List.copyOf(tasks);
        encoders = List.copyOf(encoders);
        settings = List.copyOf(settings);
        finetuneSettings = List.copyOf(finetuneSettings);
        finetuneGrid = new FinetuningGrid(finetuneGrid).axes();
        data = List.copyOf(data);
        tasks.forEach(ComparisonConfig::checkTask);
        checkNames("`tasks`", tasks);
        checkNames("`encoders`", encoders);
        Check.positive("`seeds`", seeds);
        Check.positive("`budget`", budget);
        fewLabels.ifPresent(count -> Check.positive("`few-labels`", count));
        finetuneEpochs.ifPresent(epochs -> Check.positive("`finetune-epochs`", epochs));
        fewEpochs.ifPresent(epochs -> Check.positive("`few-epochs`", epochs));
        if (finetuneRecipe.equals(NONE)) {
            checkNoFinetuning(finetuneEpochs, fewEpochs, finetuneSettings, finetuneGrid, segment);
            if (robustness.isWanted()) {
                throw new ConfigException(
                        "`finetune-recipe` is none, so there are no classifiers whose `robustness` could"
                                + " be measured: leave it out, or give a recipe");
            }
        }
        refuse(settings, "`set`", "train.epochs", "`budget`");
        refuse(settings, "`set`", "train.steps", "`budget`");
        refuse(settings, "`set`", "train.seed", "`seeds`");
        refuse(settings, "`set`", "task.type", "`tasks`");
        refuse(settings, "`set`", "encoder.type", "`encoders`");
        refuse(settings, "`set`", "data.paths", "`data`");
        boolean epochs = finetuneEpochs.isPresent() || fewEpochs.isPresent();
        refuseForFinetuning(finetuneSettings, "`finetune-set`", epochs);
        refuse(finetuneSettings, "`finetune-set`", "labels.validation-fraction", "`finetune-grid`");
        refuseForFinetuning(finetuneGrid, "`finetune-grid`", epochs);
        for (String axis : finetuneGrid) {
            if (axis.trim().startsWith("labels.")) {
                throw new ConfigException("`finetune-grid` " + axis
                        + " changes which images are trained on, which must be the same for all: leave it out");
            }
        }
    }

    private static void refuseForFinetuning(List<String> settings, String flag, boolean epochs) {
        refuse(settings, flag, "train.epochs", "`finetune-epochs` and `few-epochs`");
        if (epochs) {
            refuse(settings, flag, "train.steps", "`finetune-epochs` and `few-epochs`");
        }
        refuse(settings, flag, "train.seed", "`seeds`");
        refuse(settings, flag, "labels.per-class", "`few-labels`");
        refuse(settings, flag, "encoder.type", "`encoders`");
        refuse(settings, flag, "data.paths", "`data`");
    }

    private static void checkNoFinetuning(
            OptionalInt finetuneEpochs,
            OptionalInt fewEpochs,
            List<String> settings,
            List<String> grid,
            SegmentationPlan segment) {
        if (!segment.isWanted()) {
            throw new ConfigException("`finetune-recipe` is none, so nothing would be compared: give images with masks"
                    + " with `segment`, or a recipe");
        }
        if (finetuneEpochs.isPresent() || fewEpochs.isPresent() || !settings.isEmpty() || !grid.isEmpty()) {
            throw new ConfigException(
                    "`finetune-recipe` is none, so `finetune-epochs`, `few-epochs`, `finetune-set` and"
                            + " `finetune-grid` have no meaning: leave them out, or give a recipe");
        }
    }

    /** Returns all images of the comparison: those of {@link #data}, and those with masks. */
    List<String> paths() {
        return Stream.concat(data.stream(), segment.data().stream()).distinct().toList();
    }

    /** Returns the settings of fine-tuning among which each row chooses. */
    FinetuningGrid grid() {
        return new FinetuningGrid(finetuneGrid);
    }

    /** Whether cells are fine-tuned. */
    public boolean finetunes() {
        return !finetuneRecipe.equals(NONE);
    }

    /** Returns the fine-tuning recipe for an encoder. */
    public String finetuneRecipe(EncoderConfig encoder) {
        return finetuneRecipe.equals(AUTO) ? Recipes.quickFinetuning(encoder) : finetuneRecipe;
    }

    private static void checkTask(String task) {
        if (isWord(task) || Recipes.names().contains(task) || Files.isRegularFile(Path.of(task))) {
            return;
        }
        List<String> known = new ArrayList<>(List.of(SCRATCH, SHAM));
        known.addAll(Variants.words(TaskConfig.class));
        throw new ConfigException("`tasks` has '" + Check.shown(task) + "', but must hold any of "
                + String.join(", ", known) + ", or recipes of pre-training whose task is taken"
                + NearestKey.suggestion(task, known));
    }

    private static void checkNames(String flag, List<String> names) {
        Check.that(!names.isEmpty(), flag, names, "a list of at least one");
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(Recipes.shortName(name))) {
                throw new ConfigException(
                        flag + " has " + Recipes.shortName(name) + " twice, but each needs a name of its own");
            }
        }
    }

    /** Refuses a key in settings that the plan settles, and names the option that does. */
    static void refuse(List<String> settings, String flag, String key, String right) {
        for (String setting : settings) {
            if (setting.replaceFirst("=.*", "").trim().equals(key)) {
                throw new ConfigException(flag + " " + setting + " differs between cells or belongs to all of them: "
                        + "give it with " + right);
            }
        }
    }

    /** Whether a task is given by its type, including {@link #SCRATCH} and {@link #SHAM}, rather than by a recipe. */
    public static boolean isWord(String task) {
        return task.equals(SCRATCH)
                || task.equals(SHAM)
                || Variants.words(TaskConfig.class).contains(task);
    }

    /** Returns the configuration as YAML, which {@link #fromYaml} reads back unchanged. */
    public String toYaml() {
        return ConfigBuilder.toYaml(this);
    }

    /**
     * Reads the output of {@link #toYaml}, also of versions that knew no segmentation, no robustness or no grid.
     *
     * @param source for messages
     */
    public static ComparisonConfig fromYaml(String text, String source) {
        JsonNode tree = StrictYaml.read(text, source);
        KnownKeys.check(tree, ComparisonConfig.class, source);
        if (tree instanceof ObjectNode plan) {
            addIfMissing(plan, SEGMENT, SegmentationPlan.NONE, source);
            addIfMissing(plan, ROBUSTNESS, RobustnessPlan.NONE, source);
            if (!plan.has(GRID)) {
                plan.putArray(GRID);
            }
        }
        return RecordBinder.bind(tree, ComparisonConfig.class);
    }

    private static void addIfMissing(ObjectNode plan, String key, Record none, String source) {
        if (!plan.has(key)) {
            plan.set(key, StrictYaml.read(ConfigBuilder.toYaml(none), source));
        }
    }
}

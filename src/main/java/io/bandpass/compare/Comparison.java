package io.bandpass.compare;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.Recipes;
import io.bandpass.machine.Environment;
import io.bandpass.run.Finetuning;
import io.bandpass.run.RunSetup;
import io.bandpass.run.Segmentation;
import io.bandpass.text.Addresses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares pre-training tasks with several encoders and seeds, on the same data and for the same number of epochs:
 * {@code Comparison.recipe("quick-vit").tasks("scratch", "mfm").seeds(3).out(folder).run()}. Results already in the
 * folder are kept. All failures are {@link BandpassException}s.
 */
public final class Comparison {
    /** The default of {@link #fewLabels}. */
    public static final int FEW_LABELS = 20;

    private final String recipe;
    private final List<String> settings = new ArrayList<>();
    private final List<String> finetuneSettings = new ArrayList<>();
    private final List<String> finetuneGrid = new ArrayList<>();
    private final List<String> data = new ArrayList<>();
    private final List<String> masks = new ArrayList<>();
    private final List<String> segmentSettings = new ArrayList<>();
    private List<String> tasks = List.of(ComparisonConfig.SCRATCH, "mfm");
    private List<String> encoders;
    private int seeds = 1;
    private OptionalInt budget = OptionalInt.empty();
    private OptionalInt fewLabels = OptionalInt.of(FEW_LABELS);
    private String finetuneRecipe = ComparisonConfig.AUTO;
    private OptionalInt finetuneEpochs = OptionalInt.empty();
    private OptionalInt fewEpochs = OptionalInt.empty();
    private String segmentRecipe = ComparisonConfig.AUTO;
    private OptionalInt fewMasks = OptionalInt.empty();
    private OptionalInt segmentSteps = OptionalInt.empty();
    private List<String> robustness = List.of();
    private int robustnessImages = RobustnessPlan.IMAGES;
    private int shard = 1;
    private int shards = 1;
    private boolean refuseImpossible;
    private @Nullable Path out;
    private Consumer<String> lines = line -> {};
    private BooleanSupplier stop = () -> false;

    private Comparison(String recipe) {
        this.recipe = recipe;
        encoders = List.of(recipe);
    }

    /**
     * Creates a comparison. All cells share the recipe's settings, except those of encoder and task. Its encoder is the
     * default.
     */
    public static Comparison recipe(String nameOrFile) {
        return new Comparison(nameOrFile);
    }

    /**
     * Sets the tasks: {@code scratch}, {@code sham}, values of {@code task.type}, or pre-training recipes, of which the sections
     * {@code task}, {@code decoder} and {@code loss} are used, and for Masked Frequency Modeling {@code mask}. By default {@code scratch} and {@code mfm}.
     */
    public Comparison tasks(String... names) {
        tasks = List.of(names);
        return this;
    }

    /**
     * Sets the pre-training recipes that provide encoder, optimizer and learning rates.
     */
    public Comparison encoders(String... recipes) {
        encoders = List.of(recipes);
        return this;
    }

    /** Sets the number of seeds, from 0; by default 1. */
    public Comparison seeds(int count) {
        seeds = count;
        return this;
    }

    /** Sets the epochs of pre-training; by default those of the recipe. */
    public Comparison budget(int epochs) {
        budget = OptionalInt.of(epochs);
        return this;
    }

    /** Sets the images per class of a second fine-tuning, empty for none; by default {@value #FEW_LABELS}. */
    public Comparison fewLabels(OptionalInt perClass) {
        fewLabels = perClass;
        return this;
    }

    /**
     * Sets the fine-tuning recipe, {@code none} for no fine-tuning; by default the one for small images that suits each
     * encoder. Without fine-tuning, images need no labels.
     */
    public Comparison finetuneRecipe(String nameOrFile) {
        finetuneRecipe = nameOrFile;
        return this;
    }

    /** Sets the epochs of fine-tuning with all labels; by default those of its recipe. */
    public Comparison finetuneEpochs(int epochs) {
        finetuneEpochs = OptionalInt.of(epochs);
        return this;
    }

    /** Sets the epochs of fine-tuning with few labels; by default those of its recipe. */
    public Comparison fewEpochs(int epochs) {
        fewEpochs = OptionalInt.of(epochs);
        return this;
    }

    /** Sets a key of every pre-training: {@code "train.batch-size=64"}. */
    public Comparison set(String assignment) {
        settings.add(assignment);
        return this;
    }

    /** Sets a key of every fine-tuning. */
    public Comparison finetuneSet(String assignment) {
        finetuneSettings.add(assignment);
        return this;
    }

    /**
     * Adds values of a key of fine-tuning among which each encoder and task chooses, by the accuracy on a part of the
     * training images, with seed 0: {@code "optimizer.base-learning-rate=5e-4,2e-3"}. Of several keys all combinations are
     * tried.
     */
    public Comparison finetuneGrid(String values) {
        finetuneGrid.add(values);
        return this;
    }

    /** Adds labelled images in any form that {@link Finetuning#data} accepts. By default the bundled ones are used. */
    public Comparison data(String path) {
        data.add(path);
        return this;
    }

    /**
     * Adds images with masks in any form that {@link Segmentation#data} accepts; with them, each cell also trains a
     * segmentation model that begins with its encoder.
     */
    public Comparison segment(String path) {
        masks.add(path);
        return this;
    }

    /** Sets the segmentation recipe; by default the one for small images that suits each encoder. */
    public Comparison segmentRecipe(String nameOrFile) {
        segmentRecipe = nameOrFile;
        return this;
    }

    /** Sets the training images of a second segmentation; by default there is none. */
    public Comparison fewMasks(int images) {
        fewMasks = OptionalInt.of(images);
        return this;
    }

    /** Sets the optimizer steps of each segmentation; by default those of its recipe. */
    public Comparison segmentSteps(int steps) {
        segmentSteps = OptionalInt.of(steps);
        return this;
    }

    /** Sets a key of every segmentation. */
    public Comparison segmentSet(String assignment) {
        segmentSettings.add(assignment);
        return this;
    }

    /**
     * Sets what is measured of the robustness of each classifier that was fine-tuned with all labels: names of attacks,
     * {@code corruptions}, {@code bands}, {@code fourier}. By default nothing.
     */
    public Comparison robustness(String... parts) {
        robustness = List.of(parts);
        return this;
    }

    /** Sets how many held-out images are measured at most; by default {@value RobustnessPlan#IMAGES}. */
    public Comparison robustnessImages(int count) {
        robustnessImages = count;
        return this;
    }

    /** Sets the folder of the comparison: a new one, or one in which the same comparison was begun. */
    public Comparison out(Path folder) {
        out = folder;
        return this;
    }

    /**
     * Restricts this process to a part of the cells; other processes may work on the others in the same folder.
     *
     * @param number index of the shard, from 1
     * @param count number of shards
     */
    public Comparison shard(int number, int count) {
        shard = number;
        shards = count;
        return this;
    }

    /** Sets whether an impossible combination of task and encoder is an error, instead of a note in the table. */
    public Comparison refuseImpossible(boolean refuse) {
        refuseImpossible = refuse;
        return this;
    }

    /** Sets the receiver of a human-readable line when a stage begins or ends. */
    public Comparison lines(Consumer<String> receiver) {
        lines = receiver;
        return this;
    }

    /**
     * Sets a condition that is polled after each step: when true, the stage saves, and the comparison can be resumed.
     */
    public Comparison stopWhen(BooleanSupplier requested) {
        stop = requested;
        return this;
    }

    /**
     * Returns how many processes can work on cells in parallel on this machine: as many as fit cores and memory, and
     * one on a GPU.
     */
    public int fittingJobs() throws IOException {
        return FittingJobs.onThisMachine(resolve(config()).part(shard, shards));
    }

    /** Describes the plan in human-readable lines; opens the data to count its images. */
    public List<String> plan() throws IOException {
        ComparisonConfig config = config();
        ComparisonPlan plan = resolve(config);
        List<ComparisonPlan.Cell> mine = plan.part(shard, shards);
        List<String> plannedLines = new ArrayList<>(plan.notices());
        plan.impossible().forEach(impossible -> plannedLines.add(impossible.sentence()));
        plannedLines.addAll(plan.descriptions());
        ComparisonProgress progress = new ComparisonProgress(mine, Environment.jobs(), plannedLines::add);
        plannedLines.addAll(progress.descriptions());
        if (config.robustness().isWanted()) {
            plannedLines.add("robustness: " + config.robustness().describe());
        }
        plannedLines.add(progress.total().text(mine.size()) + ", of " + Addresses.shown(config.paths()));
        return plannedLines;
    }

    /**
     * Runs the remaining stages, and writes {@code results.md}, {@code results.csv} and {@code results.html} into the
     * folder after each cell.
     *
     * @return whether all cells of this process are complete; false if it was stopped
     * @throws BandpassException of kind {@code DIVERGED} if nothing is left to run, but a stage of some cell has
     *     diverged; the tables are written
     */
    public boolean run() throws IOException {
        Path folder = folder();
        ComparisonConfig config = config();
        ComparisonPlan plan = resolve(config);
        plan.notices().forEach(sentence -> lines.accept("notice: " + sentence));
        plan.impossible().forEach(impossible -> lines.accept("notice: " + impossible.sentence()));
        List<ComparisonPlan.Cell> mine = plan.part(shard, shards);
        ComparisonProgress progress = new ComparisonProgress(mine, Environment.jobs(), lines);
        return new ComparisonRunner(config, plan, mine, folder, progress, stop).run();
    }

    /**
     * Returns the scores of each encoder and task so far, as mean and spread over seeds, in human-readable lines.
     */
    public List<String> lines() throws IOException {
        ComparisonConfig config = config();
        return ComparisonTables.read(config, resolve(config), folder()).lines();
    }

    private Path folder() {
        if (out == null) {
            throw new ConfigException("a comparison needs a folder to write into, but none was given");
        }
        return out.toAbsolutePath().normalize();
    }

    private ComparisonConfig config() {
        ConfigBuilder<PretrainingConfig> builder = Recipes.load(recipe);
        if (!data.isEmpty()) {
            builder.dataPaths(data);
        }
        PretrainingConfig located = RunSetup.locate(builder.build());
        if (budget.isEmpty() && located.train().steps().isPresent()) {
            throw new ConfigException(
                    "recipe " + recipe + " trains for " + located.train().length()
                            + ", but cells are compared after the same number of epochs; give it with `budget`");
        }
        return new ComparisonConfig(
                recipe,
                tasks,
                encoders,
                seeds,
                budget.orElse(located.train().epochs()),
                finetuneRecipe.equals(ComparisonConfig.NONE) ? OptionalInt.empty() : fewLabels,
                finetuneRecipe,
                finetuneEpochs,
                fewEpochs,
                settings,
                finetuneSettings,
                finetuneGrid,
                located.data().paths(),
                SegmentationPlan.located(masks, segmentRecipe, fewMasks, segmentSteps, segmentSettings),
                new RobustnessPlan(robustness, robustnessImages));
    }

    private ComparisonPlan resolve(ComparisonConfig config) {
        ComparisonPlan plan = ComparisonPlan.of(config);
        if (refuseImpossible && !plan.impossible().isEmpty()) {
            throw new ConfigException(plan.impossible().get(0).sentence());
        }
        return plan;
    }
}

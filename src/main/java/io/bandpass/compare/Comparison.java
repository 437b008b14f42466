package io.bandpass.compare;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.Recipes;
import io.bandpass.machine.Environment;
import io.bandpass.run.Finetuning;
import io.bandpass.run.RunSetup;
import io.bandpass.text.Counts;
import io.bandpass.torch.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Compares pre-training tasks with several encoders and seeds, on the same data and for as long:
 * {@code Comparison.recipe("quick-vit").tasks("scratch", "mfm").seeds(3).out(folder).run()}. What the folder has already
 * is not done again. All failures are {@link BandpassException}s.
 */
public final class Comparison {
    /** The default of {@link #fewLabels}. */
    public static final int FEW_LABELS = 20;

    private final String recipe;
    private final List<String> settings = new ArrayList<>();
    private final List<String> finetuneSettings = new ArrayList<>();
    private final List<String> data = new ArrayList<>();
    private List<String> tasks = List.of(ComparisonConfig.SCRATCH, "mfm");
    private List<String> encoders;
    private int seeds = 1;
    private OptionalInt budget = OptionalInt.empty();
    private OptionalInt fewLabels = OptionalInt.of(FEW_LABELS);
    private String finetuneRecipe = ComparisonConfig.AUTO;
    private OptionalInt finetuneEpochs = OptionalInt.empty();
    private OptionalInt fewEpochs = OptionalInt.empty();
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
     * What cells of a recipe have in common: all that belongs neither to an encoder nor to a task. By default its own
     * encoder is taken.
     */
    public static Comparison recipe(String nameOrFile) {
        return new Comparison(nameOrFile);
    }

    /**
     * Tasks: {@code scratch}, words of {@code task.type}, or recipes of pre-training whose sections {@code task},
     * {@code decoder} and {@code loss} are taken. By default {@code scratch} and {@code mfm}.
     */
    public Comparison tasks(String... names) {
        tasks = List.of(names);
        return this;
    }

    /** Recipes of pre-training: encoder, mask radius and probability, optimizer and rates come from them. */
    public Comparison encoders(String... recipes) {
        encoders = List.of(recipes);
        return this;
    }

    /** How many seeds, from 0; by default 1. */
    public Comparison seeds(int count) {
        seeds = count;
        return this;
    }

    /** Epochs of pre-training; by default those of the recipe. */
    public Comparison budget(int epochs) {
        budget = OptionalInt.of(epochs);
        return this;
    }

    /** Images of each class in a fine-tuning of its own, or nothing for none; by default {@value #FEW_LABELS}. */
    public Comparison fewLabels(OptionalInt perClass) {
        fewLabels = perClass;
        return this;
    }

    /** The recipe of fine-tuning; by default the one for small images that suits each encoder. */
    public Comparison finetuneRecipe(String nameOrFile) {
        finetuneRecipe = nameOrFile;
        return this;
    }

    /** Epochs of fine-tuning with all labels; by default those of its recipe. */
    public Comparison finetuneEpochs(int epochs) {
        finetuneEpochs = OptionalInt.of(epochs);
        return this;
    }

    /** Epochs of fine-tuning with few labels; by default those of its recipe. */
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

    /** Adds labelled images, as {@link Finetuning#data} takes them. Without any, the bundled ones are used. */
    public Comparison data(String path) {
        data.add(path);
        return this;
    }

    /** The folder of the comparison: a new one, or one in which the same comparison was begun. */
    public Comparison out(Path folder) {
        out = folder;
        return this;
    }

    /**
     * Works on a part of the cells only; other processes may work on the others at the same time, in the same folder.
     *
     * @param number from 1
     * @param of how many parts
     */
    public Comparison shard(int number, int of) {
        shard = number;
        shards = of;
        return this;
    }

    /** Whether to fail where a task cannot be done with an encoder, instead of saying so in the table. */
    public Comparison refuseImpossible(boolean refuse) {
        refuseImpossible = refuse;
        return this;
    }

    /** Takes a line for people when a stage begins and ends. */
    public Comparison lines(Consumer<String> receiver) {
        lines = receiver;
        return this;
    }

    /** Asked after each step: when true, the stage saves and the comparison ends, to be gone on with. */
    public Comparison stopWhen(BooleanSupplier requested) {
        stop = requested;
        return this;
    }

    /**
     * How many processes may work on cells beside each other here: as many as there are cores and memory for, and one where
     * a GPU computes.
     */
    public int fittingJobs() throws IOException {
        List<ComparisonPlan.Cell> mine = mine(resolve(asked()));
        int jobs = FittingJobs.of(mine, Engine.physicalCores(), Environment.memoryBytes());
        return jobs > 1 && computesOnGpu(mine) ? 1 : jobs;
    }

    private static boolean computesOnGpu(List<ComparisonPlan.Cell> cells) {
        return cells.stream()
                .flatMap(cell -> cell.stages().values().stream())
                .map(stage -> stage.train().device())
                .distinct()
                .anyMatch(Comparison::isGpu);
    }

    private static boolean isGpu(String device) {
        if (device.equals("cpu")) {
            return false;
        }
        Engine.load();
        return Engine.device(device).is_cuda();
    }

    /** What would be done, in lines for people; the data is opened to count its images. */
    public List<String> plan() throws IOException {
        ComparisonConfig asked = asked();
        ComparisonPlan plan = resolve(asked);
        List<ComparisonPlan.Cell> mine = mine(plan);
        List<String> said = new ArrayList<>(plan.notices());
        plan.impossible().forEach(each -> said.add(each.sentence()));
        said.addAll(plan.descriptions());
        ComparisonProgress progress = new ComparisonProgress(mine, Environment.jobs(), said::add);
        for (ComparisonPlan.Cell cell : mine) {
            said.add(cell.name() + ": "
                    + String.join(
                            ", ",
                            cell.stages().keySet().stream()
                                    .map(stage -> stage + " "
                                            + Counts.of(progress.of(cell, stage).steps(), "step"))
                                    .toList()));
        }
        ComparisonProgress.Work total = progress.total();
        said.add(String.format(
                Locale.ROOT,
                "%s, %s, %s to process, of %s",
                Counts.of(mine.size(), "cell"),
                Counts.grouped(total.steps(), "step"),
                Counts.grouped(total.images(), "image"),
                String.join(", ", asked.data())));
        return said;
    }

    /**
     * Runs what is left to do, and writes {@code results.md}, {@code results.csv} and {@code results.html} into the
     * folder after each cell.
     *
     * @return whether all cells of this process are complete; not if it was asked to stop
     * @throws BandpassException of kind {@code DIVERGED} if nothing is left to do, but a stage of some cell has diverged; the
     *     tables are written
     */
    public boolean run() throws IOException {
        if (out == null) {
            throw new ConfigException("a comparison needs a folder to write into, but none was given");
        }
        Path folder = out.toAbsolutePath().normalize();
        ComparisonConfig asked = asked();
        ComparisonPlan plan = resolve(asked);
        plan.notices().forEach(sentence -> lines.accept("notice: " + sentence));
        plan.impossible().forEach(each -> lines.accept("notice: " + each.sentence()));
        List<ComparisonPlan.Cell> mine = mine(plan);
        ComparisonProgress progress = new ComparisonProgress(mine, Environment.jobs(), lines);
        return new ComparisonRunner(asked, plan, mine, folder, progress, stop).run();
    }

    private ComparisonConfig asked() {
        ConfigBuilder<PretrainingConfig> builder = Recipes.load(recipe);
        if (!data.isEmpty()) {
            builder.dataPaths(data);
        }
        PretrainingConfig located = RunSetup.locate(builder.build());
        return new ComparisonConfig(
                recipe,
                tasks,
                encoders,
                seeds,
                budget.orElse(located.train().epochs()),
                fewLabels,
                finetuneRecipe,
                finetuneEpochs,
                fewEpochs,
                settings,
                finetuneSettings,
                located.data().paths());
    }

    private ComparisonPlan resolve(ComparisonConfig asked) {
        ComparisonPlan plan = ComparisonPlan.of(asked);
        if (refuseImpossible && !plan.impossible().isEmpty()) {
            throw new ConfigException(plan.impossible().get(0).sentence());
        }
        return plan;
    }

    private List<ComparisonPlan.Cell> mine(ComparisonPlan plan) {
        int cells = plan.cells().size();
        if (shard < 1 || shards < shard || shards > cells) {
            throw new ConfigException(String.format(
                    Locale.ROOT,
                    "`shard` is %d/%d, but must be a number from 1, of at most as many parts as there are cells, %d",
                    shard,
                    shards,
                    cells));
        }
        return IntStream.range(0, cells)
                .filter(i -> i % shards == shard - 1)
                .mapToObj(plan.cells()::get)
                .toList();
    }
}

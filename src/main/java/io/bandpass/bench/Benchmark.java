package io.bandpass.bench;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.EncoderDescription;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.Recipes;
import io.bandpass.config.RunConfig;
import io.bandpass.run.RunKind;
import io.bandpass.run.RunKinds;
import io.bandpass.run.RunSetup;
import io.bandpass.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Benchmarks of this machine for the work of a run: {@code Benchmark.recipe("quick").step()}. All failures are
 * {@link BandpassException}s.
 */
public final class Benchmark extends MeasuredInRounds<Benchmark> {
    /** The batch size of kNN. */
    private static final int EMBED_BATCH = 128;

    private static final int ATTACK_BATCH = 8;

    private final String recipe;
    private final List<String> settings = new ArrayList<>();
    private final List<String> data = new ArrayList<>();
    private OptionalInt batchSize = OptionalInt.empty();
    private Optional<Path> weights = Optional.empty();
    private @Nullable String scratch;

    private Benchmark(String recipe) {
        this.recipe = recipe;
    }

    @Override
    Benchmark self() {
        return this;
    }

    /** Returns benchmarks of a pre-training or fine-tuning recipe, by name or YAML file. */
    public static Benchmark recipe(String nameOrFile) {
        return new Benchmark(nameOrFile);
    }

    /** Overrides a key of the recipe, as {@code --set} does: {@code "train.precision=fp32"}. */
    public Benchmark set(String assignment) {
        settings.add(assignment);
        return this;
    }

    /** Adds images: a folder, list or CSV file, glob, IDX or CIFAR file. */
    public Benchmark data(String path) {
        data.add(path);
        return this;
    }

    /**
     * Sets the number of images per step or batch. By default that of the recipe, but at most one micro-batch;
     * {@value #EMBED_BATCH} for {@link #embed} and {@value #ATTACK_BATCH} for {@link #attack}.
     */
    public Benchmark batchSize(int images) {
        batchSize = OptionalInt.of(images);
        return this;
    }

    /** Takes the encoder of this pre-training recipe, for {@link #step} of a fine-tuning recipe, which has none. */
    public Benchmark fromScratch(String pretrainingRecipe) {
        scratch = pretrainingRecipe;
        return this;
    }

    /** Takes the encoder of these weights instead of the recipe's, for {@link #embed}. */
    public Benchmark weights(Path file) {
        weights = Optional.of(file);
        return this;
    }

    /**
     * Measures training steps: draw, forward, backward, clip, update. With {@link #data}, on images from a run's
     * loader; otherwise on random images in memory, with 1,000 classes for fine-tuning.
     */
    public BenchmarkResult step() throws IOException {
        return measured("step", () -> {
            Map<String, Object> figures = new StepBenchmark<>(trained(RunKinds.ofRecipe(recipe)), timed()).measure();
            if (scratch != null) {
                figures.put("from_scratch", Recipes.shortName(scratch));
            }
            return figures;
        });
    }

    /** Measures only the loader of a run; without {@link #data}, on the bundled images. */
    public BenchmarkResult loader() throws IOException {
        return measured("data", () -> new LoaderBenchmark<>(located(RunKinds.ofRecipe(recipe)), timed()).measure());
    }

    /** Measures feature extraction with a frozen encoder in evaluation mode, on random images in memory. */
    public BenchmarkResult embed() throws IOException {
        return measured("embed", () -> {
            PretrainingConfig config = weights.isPresent() ? stored(weights.get()) : config(Recipes.load(recipe));
            String name = weights.isPresent() ? weights.get().toString() : recipe;
            return new EmbedBenchmark(
                            setup(RunKinds.PRETRAINING, config, name), weights, batchSize.orElse(EMBED_BATCH), timed())
                    .measure();
        });
    }

    /**
     * Measures PGD in L-infinity on a classifier of 1,000 classes, the recipe's encoder with random weights: in float32, on
     * random images in memory, with an eps of 8/255 from a random start.
     *
     * @param steps of each attack; each takes a forward and a backward pass
     */
    public BenchmarkResult attack(int steps) throws IOException {
        return measured("attack", () -> {
            PretrainingConfig config = config(Recipes.load(recipe).set("train.precision=fp32"));
            if (!config.train().precision().equals("fp32")) {
                throw new ConfigException(
                        "train.precision is '" + config.train().precision()
                                + "', but attacks are computed in fp32: the signs of small gradients are noise in bf16");
            }
            return new AttackBenchmark(
                            setup(RunKinds.PRETRAINING, config, recipe), batchSize.orElse(ATTACK_BATCH), steps, timed())
                    .measure();
        });
    }

    /**
     * Measures the time until a pre-training run has made its first step, with the launcher in a separate process,
     * which is then killed.
     */
    public BenchmarkResult start() throws IOException {
        return measured("start", () -> {
            // Validates the configuration before starting a process in vain.
            PretrainingConfig config = config(Recipes.load(recipe));
            Map<String, Object> figures = new LinkedHashMap<>();
            new StartBenchmark(arguments()).measure(figures, rounds(), progress());
            setup(RunKinds.PRETRAINING, config, recipe)
                    .putRecipe(figures, config, config.train().batchSize());
            ProcessUsage.putMachine(figures);
            return figures;
        });
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("--recipe", recipe));
        settings().forEach(setting -> arguments.addAll(List.of("--set", setting)));
        data.forEach(path -> arguments.addAll(List.of("--data", path)));
        return arguments;
    }

    /** Returns the setup of a recipe, with the encoder of another recipe if it has none. */
    private <C extends Record & RunConfig> BenchmarkSetup<C> trained(RunKind<C> kind) {
        ConfigBuilder<C> builder = Recipes.load(kind.config(), recipe);
        if (kind.takesEncoder() != (scratch != null)) {
            throw new ConfigException("recipe '" + recipe + "' is one of bandpass " + kind.command()
                    + (scratch != null
                            ? ", which has an encoder of its own, so `from-scratch` does not go with it"
                            : ", which has no encoder of its own; name the recipe of one with `from-scratch`"));
        }
        if (scratch != null) {
            builder.pretrained(EncoderDescription.of(Recipes.load(scratch).build()), "the encoder");
        }
        return setup(kind, config(builder), recipe);
    }

    private <T extends Record & RunConfig> T config(ConfigBuilder<T> builder) {
        settings().forEach(builder::set);
        return data.isEmpty() ? builder.build() : builder.dataPaths(data).build();
    }

    private <C extends Record & RunConfig> BenchmarkSetup<C> located(RunKind<C> kind) {
        return setup(kind, RunSetup.locate(config(Recipes.load(kind.config(), recipe))), recipe);
    }

    /** Returns the default configuration with the encoder of weights. */
    private PretrainingConfig stored(Path file) throws IOException {
        try (WeightsFile weights = WeightsFile.ofEncoder(file)) {
            ConfigBuilder<PretrainingConfig> builder =
                    ConfigBuilder.of(PretrainingConfig.class).pretrained(weights.description(), "the weights " + file);
            settings().forEach(builder::set);
            return builder.build();
        }
    }

    private List<String> settings() {
        List<String> all = new ArrayList<>(settings);
        batchSize.ifPresent(images -> all.add("train.batch-size=" + images));
        return all;
    }

    private <C extends Record & RunConfig> BenchmarkSetup<C> setup(RunKind<C> kind, C config, String name) {
        return BenchmarkSetup.of(kind, config, Recipes.shortName(name), !isBatchSizeGiven());
    }

    private boolean isBatchSizeGiven() {
        return settings().stream().anyMatch(setting -> setting.startsWith("train.batch-size="));
    }
}

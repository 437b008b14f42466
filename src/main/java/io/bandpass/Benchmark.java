package io.bandpass;

import io.bandpass.checkpoint.AtomicFiles;
import io.bandpass.config.ConfigException;
import io.bandpass.config.Recipes;
import io.bandpass.config.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures how fast this machine is at what a run does: {@code Benchmark.recipe("quick").step()}. All failures are
 * {@link BandpassException}s.
 */
public final class Benchmark {
    private final String recipe;
    private final List<String> settings = new ArrayList<>();
    private final List<String> data = new ArrayList<>();
    private int rounds = 5;
    private double seconds = 5;
    private boolean capped = true;
    private @Nullable Path json;
    private Consumer<String> progress = line -> {};

    private Benchmark(String recipe) {
        this.recipe = recipe;
    }

    /** Benchmarks of a recipe, by its name or as a YAML file. */
    public static Benchmark recipe(String nameOrFile) {
        return new Benchmark(nameOrFile);
    }

    /** Sets a key over the recipe, as {@code --set} does: {@code "train.precision=fp32"}. */
    public Benchmark set(String assignment) {
        settings.add(assignment);
        return this;
    }

    /** Adds images: a folder, list file, glob or IDX file. */
    public Benchmark data(String path) {
        data.add(path);
        return this;
    }

    /**
     * Images per step, over accumulation. By default those of the recipe, but no more than one forward pass takes.
     */
    public Benchmark batchSize(int images) {
        capped = false;
        return set("train.batch-size=" + images);
    }

    /** How many rounds are measured, after one that does not count; 5 by default. */
    public Benchmark rounds(int count) {
        rounds = count;
        return this;
    }

    /** The length of a round in seconds, 5 by default; a round is whole steps, at least one. */
    public Benchmark seconds(double length) {
        seconds = length;
        return this;
    }

    /** Writes the figures to this file too. */
    public Benchmark json(Path file) {
        json = file;
        return this;
    }

    /** Told a line after each round. */
    public Benchmark progress(Consumer<String> listener) {
        progress = listener;
        return this;
    }

    /**
     * Training steps: draw, forward, backward, clip, update. Without {@link #data}, on random images that lie in memory;
     * with it, on what the loader of a run gives.
     */
    public BenchmarkResult step() {
        return measured("step", () -> new StepBenchmark(setup(config()), timed()).measure());
    }

    private RunConfig config() {
        Pretraining run = Pretraining.recipe(recipe);
        settings.forEach(run::set);
        data.forEach(run::data);
        return run.config();
    }

    private BenchmarkSetup setup(RunConfig asked) {
        return BenchmarkSetup.of(asked, Recipes.shortName(recipe), capped);
    }

    private Rounds timed() {
        return new Rounds(rounds, seconds, progress);
    }

    private BenchmarkResult measured(String name, Callable<Map<String, Object>> work) {
        return BandpassException.translating(() -> {
            check();
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("benchmark", name);
            figures.putAll(work.call());
            BenchmarkResult result = new BenchmarkResult(figures);
            if (json != null) {
                AtomicFiles.writeText(json, result.toJson());
            }
            return result;
        });
    }

    /** Refuses before anything is measured. */
    private void check() {
        if (rounds < 1) {
            throw new ConfigException("rounds is " + rounds + ", but must be a whole number above 0");
        }
        if (!(seconds > 0) || !Double.isFinite(seconds)) {
            throw new ConfigException("seconds is " + seconds + ", but must be a number above 0");
        }
        if (json != null) {
            checkWritable(json);
        }
    }

    private static void checkWritable(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new ConfigException("the JSON file " + file + " cannot be written: there is something of that name"
                    + " that is no file; name another");
        }
        Path folder = file.toAbsolutePath().normalize().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new ConfigException(
                    "the JSON file " + file + " cannot be written: " + folder + " is no folder; make it first");
        }
        try {
            Files.delete(Files.createTempFile(folder, ".writing-", ""));
        } catch (IOException e) {
            throw new ConfigException("the JSON file " + file + " cannot be written: nothing can be made in " + folder
                    + "; name another");
        }
    }
}

package io.bandpass.bench;

import io.bandpass.config.ConfigException;
import io.bandpass.format.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A benchmark of several rounds: their number and length, and where its figures go.
 *
 * @param <B> the benchmark itself, which the setters return
 */
public abstract sealed class MeasuredInRounds<B extends MeasuredInRounds<B>> permits Benchmark, CorruptionBenchmark {
    interface Work {
        Map<String, Object> figures() throws IOException;
    }

    private int rounds = 5;
    private double seconds = 5;
    private @Nullable Path json;
    private Consumer<String> progress = line -> {};

    abstract B self();

    /** Sets the number of measured rounds, after a warm-up round; 5 by default. */
    public final B rounds(int count) {
        rounds = count;
        return self();
    }

    /** Sets the length of a round in seconds, 5 by default; a round has at least one step, and only whole ones. */
    public final B seconds(double length) {
        seconds = length;
        return self();
    }

    /** Also writes the figures to this file. */
    public final B json(Path file) {
        json = file;
        return self();
    }

    /** Sets a listener that receives a line after each round. */
    public final B progress(Consumer<String> listener) {
        progress = listener;
        return self();
    }

    final int rounds() {
        return rounds;
    }

    final Consumer<String> progress() {
        return progress;
    }

    final TimedRounds timed() {
        return new TimedRounds(rounds, seconds, progress);
    }

    final BenchmarkResult measured(String name, Work work) throws IOException {
        check();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("benchmark", name);
        figures.putAll(work.figures());
        BenchmarkResult result = new BenchmarkResult(figures);
        if (json != null) {
            AtomicFiles.writeText(json, result.toJson());
        }
        return result;
    }

    /** Rejects invalid options before anything is measured. */
    private void check() {
        if (rounds < 1) {
            throw new ConfigException("rounds is " + rounds + ", but must be a whole number above 0");
        }
        if (!(seconds > 0) || !Double.isFinite(seconds)) {
            throw new ConfigException("seconds is " + seconds + ", but must be a number above 0");
        }
        if (json != null) {
            AtomicFiles.requireWritable("the JSON file", json);
        }
    }
}

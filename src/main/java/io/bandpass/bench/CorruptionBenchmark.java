package io.bandpass.bench;

import io.bandpass.config.ConfigException;
import io.bandpass.config.Words;
import io.bandpass.corrupt.CorruptionScale;
import io.bandpass.corrupt.Corruptions;
import io.bandpass.corrupt.FrostPictures;
import io.bandpass.corrupt.NamedCorruption;
import io.bandpass.image.RgbBytes;
import io.bandpass.torch.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Benchmark of the corruptions on one thread, since images are corrupted each by itself and a second core does the same
 * again: {@code new CorruptionBenchmark().side(32).measure()}. A round passes one image through each corruption at each
 * severity.
 */
public final class CorruptionBenchmark extends MeasuredInRounds<CorruptionBenchmark> {
    private static final String ALL = "all";
    private static final int LARGEST_SIDE = 4096;

    private int side = 224;
    private List<String> names = List.of(ALL);
    private @Nullable Path frost;

    /** Creates a benchmark of all corruptions at 224 pixels. */
    public CorruptionBenchmark() {}

    @Override
    CorruptionBenchmark self() {
        return this;
    }

    /** Sets the height and width of the image in pixels. */
    public CorruptionBenchmark side(int pixels) {
        side = pixels;
        return this;
    }

    /** Sets the corruptions to measure, by name, or {@code all}: the 19. */
    public CorruptionBenchmark names(List<String> corruptions) {
        names = List.copyOf(corruptions);
        return this;
    }

    /** Takes pictures of frost from a folder: {@code all} then has {@code frost} instead of {@code frost*}. */
    public CorruptionBenchmark frost(Path folder) {
        frost = folder;
        return this;
    }

    /**
     * Measures. {@code images_per_second} counts corrupted images, {@code milliseconds} has a list for each corruption,
     * severity 1 first.
     *
     * @throws ConfigException if a name, the side or the folder is wrong
     */
    public BenchmarkResult measure() throws IOException {
        return measured("corrupt", this::figures);
    }

    private Map<String, Object> figures() throws IOException {
        if (side < CorruptionScale.SMALLEST_SIDE || side > LARGEST_SIDE) {
            throw new ConfigException("side is " + side + ", but must be a whole number from "
                    + CorruptionScale.SMALLEST_SIDE + " to " + LARGEST_SIDE);
        }
        CorruptionTimes times = new CorruptionTimes(corruptions());
        Engine.start(1);
        RgbBytes image = SyntheticPicture.of(side);
        TimedRounds.Measured measured = timed().measure(times.imagesPerPass(), () -> times.pass(image), times::reset);
        Map<String, Object> figures = new LinkedHashMap<>();
        measured.put(figures);
        figures.put("milliseconds", times.milliseconds());
        ProcessUsage.putMemory(figures, measured.residentBytes());
        figures.put("image_size", side);
        figures.put("parameters", Words.of(CorruptionScale.of(side, side)));
        figures.put("threads", 1);
        ProcessUsage.putMachine(figures);
        return figures;
    }

    private List<NamedCorruption> corruptions() throws IOException {
        Optional<FrostPictures> pictures = frost == null ? Optional.empty() : Optional.of(FrostPictures.read(frost));
        Corruptions known = pictures.map(Corruptions::with).orElseGet(Corruptions::withoutPictures);
        if (!names.equals(List.of(ALL))) {
            return names.stream().map(known::named).toList();
        }
        return known.all().stream()
                .filter(corruption -> pictures.isEmpty() || !corruption.name().equals("frost*"))
                .toList();
    }
}

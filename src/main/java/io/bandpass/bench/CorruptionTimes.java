package io.bandpass.bench;

import io.bandpass.corrupt.NamedCorruption;
import io.bandpass.corrupt.Severity;
import io.bandpass.image.RgbBytes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The time that corruptions take, each at each severity. */
final class CorruptionTimes {
    private final List<NamedCorruption> corruptions;
    private final long[][] nanoseconds;
    private long passes;

    CorruptionTimes(List<NamedCorruption> corruptions) {
        this.corruptions = List.copyOf(corruptions);
        nanoseconds = new long[corruptions.size()][Severity.LEVELS];
    }

    /** Number of corrupted images of a pass. */
    int imagesPerPass() {
        return corruptions.size() * Severity.LEVELS;
    }

    /** Corrupts an image in every way; each pass draws other numbers. */
    void pass(RgbBytes image) {
        for (int i = 0; i < nanoseconds.length; i++) {
            for (int level = 1; level <= Severity.LEVELS; level++) {
                long start = System.nanoTime();
                corruptions.get(i).apply(image, level, 0, passes);
                nanoseconds[i][level - 1] += System.nanoTime() - start;
            }
        }
        passes++;
    }

    /** Forgets the passes so far. */
    void reset() {
        passes = 0;
        for (int i = 0; i < nanoseconds.length; i++) {
            nanoseconds[i] = new long[Severity.LEVELS];
        }
    }

    /** Returns the mean time of each corruption in milliseconds, severity 1 first. */
    Map<String, List<Double>> milliseconds() {
        Map<String, List<Double>> means = new LinkedHashMap<>();
        for (int i = 0; i < nanoseconds.length; i++) {
            long[] sums = nanoseconds[i];
            means.put(
                    corruptions.get(i).name(),
                    IntStream.range(0, sums.length)
                            .mapToObj(level -> sums[level] / 1e6 / passes)
                            .toList());
        }
        return means;
    }
}

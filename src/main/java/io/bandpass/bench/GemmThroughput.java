package io.bandpass.bench;

import io.bandpass.torch.Precision;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;

/** GEMM throughput of the machine, sampled repeatedly around another measurement. */
final class GemmThroughput {
    private static final double LONGEST_SECONDS = 1;

    private final Device device;
    private final double seconds;
    private final Map<Precision, List<Double>> rates = new EnumMap<>(Precision.class);
    private final Map<Precision, List<Double>> samples = new EnumMap<>(Precision.class);

    /**
     * Creates the samples of a device; measures nothing yet.
     *
     * @param seconds approximate duration of a sample per precision; at most {@value #LONGEST_SECONDS}
     */
    GemmThroughput(Device device, double seconds) {
        this.device = device;
        this.seconds = Math.min(LONGEST_SECONDS, seconds);
        for (Precision precision : Precision.values()) {
            rates.put(precision, new ArrayList<>());
            samples.put(precision, new ArrayList<>());
        }
    }

    /** Takes a sample. */
    void look() {
        rates.forEach((precision, measured) -> {
            List<Double> now = precision.productRates(device, seconds);
            measured.addAll(now);
            of(samples, precision).add(TimedRounds.median(now));
        });
    }

    /**
     * Adds the figures.
     *
     * @param multiplyAdds multiply-adds per second of the matrix products in the measured work
     * @param used precision of that work
     */
    void put(Map<String, Object> figures, double multiplyAdds, Precision used) {
        for (Precision precision : Precision.values()) {
            String key = "gemm_gflops_" + precision.word();
            figures.put(key, median(precision));
            figures.put(key + "_looks", List.copyOf(of(samples, precision)));
        }
        figures.put("gflops", 2 * multiplyAdds / 1e9);
        figures.put("gemm_share", 2 * multiplyAdds / 1e9 / median(used));
    }

    private double median(Precision precision) {
        return TimedRounds.median(of(rates, precision));
    }

    private static List<Double> of(Map<Precision, List<Double>> rates, Precision precision) {
        return rates.getOrDefault(precision, List.of());
    }
}

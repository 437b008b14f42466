package io.bandpass.bench;

import io.bandpass.torch.Precision;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;

/** How fast the machine itself multiplies matrices, looked at more than once while something else is measured. */
final class GemmThroughput {
    private static final double LONGEST_SECONDS = 1;

    private final Device device;
    private final double seconds;
    private final Map<Precision, List<Double>> all = new EnumMap<>(Precision.class);
    private final Map<Precision, List<Double>> looks = new EnumMap<>(Precision.class);

    /**
     * Nothing is measured yet.
     *
     * @param seconds about how long a look at one precision may take; no longer than {@value #LONGEST_SECONDS}
     */
    GemmThroughput(Device device, double seconds) {
        this.device = device;
        this.seconds = Math.min(LONGEST_SECONDS, seconds);
        for (Precision precision : Precision.values()) {
            all.put(precision, new ArrayList<>());
            looks.put(precision, new ArrayList<>());
        }
    }

    /** Measures now. */
    void look() {
        all.forEach((precision, rates) -> {
            List<Double> now = precision.productRates(device, seconds);
            rates.addAll(now);
            of(looks, precision).add(TimedRounds.median(now));
        });
    }

    /**
     * Adds what was seen.
     *
     * @param multiplyAdds per second that the measured work did in its matrix products
     * @param used the precision of that work
     */
    void put(Map<String, Object> figures, double multiplyAdds, Precision used) {
        for (Precision precision : Precision.values()) {
            String key = "gemm_gflops_" + precision.word();
            figures.put(key, median(precision));
            figures.put(key + "_looks", List.copyOf(of(looks, precision)));
        }
        figures.put("gflops", 2 * multiplyAdds / 1e9);
        figures.put("gemm_share", 2 * multiplyAdds / 1e9 / median(used));
    }

    private double median(Precision precision) {
        return TimedRounds.median(of(all, precision));
    }

    private static List<Double> of(Map<Precision, List<Double>> rates, Precision precision) {
        return rates.getOrDefault(precision, List.of());
    }
}

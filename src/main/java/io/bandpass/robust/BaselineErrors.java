package io.bandpass.robust;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Errors of the model that corruption errors are divided by.
 *
 * @param clean top-1 error on uncorrupted images, 0 to 1
 * @param byCorruption top-1 errors at the severities from 1, in the order of the benchmark
 */
record BaselineErrors(double clean, Map<String, List<Double>> byCorruption) {
    private static final String CLEAN = "clean";

    /** AlexNet on ImageNet-C, the benchmark's own baseline. */
    static BaselineErrors alexNet() {
        double clean = Double.NaN;
        Map<String, List<Double>> byCorruption = new LinkedHashMap<>();
        for (String line : ResourceLines.of("/robust/alexnet-errors.tsv")) {
            List<String> fields = List.of(line.split("\t", -1));
            List<Double> errors = fields.stream().skip(1).map(Double::valueOf).toList();
            if (fields.get(0).equals(CLEAN)) {
                clean = errors.get(0);
            } else {
                byCorruption.put(fields.get(0), errors);
            }
        }
        return new BaselineErrors(clean, byCorruption);
    }

    /** Corruptions of the benchmark, in its order. */
    List<String> corruptions() {
        return List.copyOf(byCorruption.keySet());
    }

    /** Sum of the errors over all severities; empty for a corruption that is not of the benchmark. */
    Optional<Double> sum(String corruption) {
        return Optional.ofNullable(byCorruption.get(corruption))
                .map(errors -> errors.stream().mapToDouble(Double::doubleValue).sum());
    }
}

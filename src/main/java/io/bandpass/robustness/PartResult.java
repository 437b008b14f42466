package io.bandpass.robustness;

import io.bandpass.report.RobustnessExample;
import io.bandpass.robust.Measurement;
import java.util.List;

/**
 * What is kept of a finished part.
 *
 * @param examples images of the first measurement, for the page
 */
record PartResult(List<Measurement> measurements, List<RobustnessExample> examples) {
    PartResult {
        measurements = List.copyOf(measurements);
        examples = List.copyOf(examples);
    }
}

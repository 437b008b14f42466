package io.bandpass.report;

import io.bandpass.robust.Measurement;
import java.util.List;

/**
 * A measurement with some of its images.
 *
 * @param examples a few, evenly spread over all images
 */
public record ShownPart(Measurement measurement, List<RobustnessExample> examples) {
    public ShownPart {
        examples = List.copyOf(examples);
    }
}

package io.bandpass.train;

import io.bandpass.config.RunConfig;
import java.util.ArrayList;
import java.util.List;

/** Advice for a run that diverged: only remedies that its configuration does not use yet. */
final class Divergence {
    private Divergence() {}

    /**
     * Returns a clause that begins with "try".
     *
     * @param config resolved
     */
    static String advice(RunConfig config) {
        List<String> remedies = new ArrayList<>();
        remedies.add("a lower learning rate");
        remedies.add(config.schedule().hasWarmup() ? "more warm-up" : "a warm-up (schedule.warmup-epochs)");
        if (config.optimizer().clip() == 0) {
            remedies.add("clipped gradients (optimizer.clip)");
        }
        if (!config.train().precision().equals("fp32")) {
            remedies.add("`precision` fp32");
        }
        int last = remedies.size() - 1;
        return "try " + String.join(", ", remedies.subList(0, last)) + " or " + remedies.get(last);
    }
}

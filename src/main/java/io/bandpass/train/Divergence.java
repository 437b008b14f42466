package io.bandpass.train;

import io.bandpass.config.RunConfig;
import java.util.ArrayList;
import java.util.List;

/** What to try where training diverges: only what the configuration does not have already. */
final class Divergence {
    private Divergence() {}

    /**
     * A clause that begins with "try".
     *
     * @param config resolved
     */
    static String advice(RunConfig config) {
        List<String> ways = new ArrayList<>();
        ways.add("a lower learning rate");
        ways.add(config.schedule().warmupEpochs() > 0 ? "more warm-up" : "a warm-up (schedule.warmup-epochs)");
        if (config.optimizer().clip() == 0) {
            ways.add("clipped gradients (optimizer.clip)");
        }
        if (!config.train().precision().equals("fp32")) {
            ways.add("`precision` fp32");
        }
        int last = ways.size() - 1;
        return "try " + String.join(", ", ways.subList(0, last)) + " or " + ways.get(last);
    }
}

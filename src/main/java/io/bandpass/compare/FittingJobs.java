package io.bandpass.compare;

import io.bandpass.config.RunConfig;
import io.bandpass.train.TrainingPlan;
import java.util.List;

/** How many cells of a comparison a machine has room for beside each other, each in a process of its own. */
final class FittingJobs {
    /** What a process takes beside activations: LibTorch, Java's heap, images in memory. */
    private static final long PROCESS_BYTES = 2L << 30;

    private FittingJobs() {}

    /**
     * As many as there are cores, cells, and memory: a share of it must be enough for a process, and each batch must be
     * computed in as few parts as with all of it.
     */
    static int of(List<ComparisonPlan.Cell> cells, int cores, long memoryBytes) {
        List<RunConfig> stages = cells.stream()
                .flatMap(cell -> cell.stages().values().stream())
                .distinct()
                .toList();
        long most = Math.min(Math.min(cores, cells.size()), memoryBytes / PROCESS_BYTES);
        int jobs = (int) Math.max(1, most);
        while (jobs > 1 && !fits(stages, memoryBytes, jobs)) {
            jobs--;
        }
        return jobs;
    }

    private static boolean fits(List<RunConfig> stages, long memoryBytes, int jobs) {
        return stages.stream()
                .allMatch(stage -> TrainingPlan.microBatch(stage, memoryBytes / jobs)
                        == TrainingPlan.microBatch(stage, memoryBytes));
    }
}

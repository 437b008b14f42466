package io.bandpass.compare;

import io.bandpass.config.RunConfig;
import io.bandpass.machine.Environment;
import io.bandpass.torch.Engine;
import io.bandpass.train.TrainingPlan;
import java.util.List;

/** Number of cells of a comparison that fit on a machine in parallel, each in its own process. */
final class FittingJobs {
    /** Memory of a process without activations: LibTorch, Java's heap, images in memory. */
    private static final long PROCESS_BYTES = 2L << 30;

    private FittingJobs() {}

    /** Returns how many jobs fit on this machine; one if stages compute on its GPU. */
    static int onThisMachine(List<ComparisonPlan.Cell> cells) {
        int jobs = of(cells, Engine.physicalCores(), Environment.memoryBytes());
        return jobs > 1 && computeOnGpu(cells) ? 1 : jobs;
    }

    private static boolean computeOnGpu(List<ComparisonPlan.Cell> cells) {
        return cells.stream()
                .flatMap(cell -> cell.stages().values().stream())
                .map(stage -> stage.train().device())
                .distinct()
                .anyMatch(FittingJobs::isGpu);
    }

    private static boolean isGpu(String device) {
        if (device.equals("cpu")) {
            return false;
        }
        Engine.load();
        return Engine.device(device).is_cuda();
    }

    /**
     * Returns how many jobs fit: at most one per core and cell, each with enough memory for a process and for the same
     * micro-batches as with all of it.
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

package io.bandpass.robustness;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The share of one of several processes in the work. Each process computes the same division, so that they need not talk
 * to each other.
 *
 * @param job number of the process, from 0
 * @param jobs number of processes
 */
record WorkShare(int job, int jobs) {
    /** All work, for a single process. */
    static final WorkShare ALL = new WorkShare(0, 1);

    /**
     * Returns which parts of which models this process measures: the costly ones are dealt first, each to the process that
     * has least to do.
     *
     * @param passes cost of each part
     * @return (models x parts), row by row
     */
    boolean[] of(int models, double[] passes) {
        double[] work = new double[jobs];
        boolean[] mine = new boolean[models * passes.length];
        IntStream.range(0, mine.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -passes[i % passes.length]))
                .forEach(i -> {
                    int least = IntStream.range(0, jobs)
                            .boxed()
                            .min(Comparator.comparingDouble(other -> work[other]))
                            .orElseThrow();
                    work[least] += passes[i % passes.length];
                    mine[i] = least == job;
                });
        return mine;
    }
}

package io.bandpass.train;

import io.bandpass.distributed.Communicator;
import java.io.IOException;

/**
 * The evaluator of a run with several processes: the first one evaluates, for as long as it takes, and the others wait
 * and learn what follows from it.
 */
final class SharedEvaluator implements Evaluator {
    private static final String BEST = "best";
    private static final String STOP = "stop";

    private final Evaluator evaluator;
    private final Communicator processes;
    /** The step after which the last evaluation of this session was made; -1 before the first. */
    private long decidedStep = -1;

    private boolean stop;

    private SharedEvaluator(Evaluator evaluator, Communicator processes) {
        this.evaluator = evaluator;
        this.processes = processes;
    }

    /** Returns the evaluator itself for a single process. */
    static Evaluator of(Evaluator evaluator, Communicator processes) {
        return processes.size() == 1 ? evaluator : new SharedEvaluator(evaluator, processes);
    }

    @Override
    public void begin(Progress progress) {
        if (processes.isFirst()) {
            evaluator.begin(progress);
        }
    }

    @Override
    public boolean startsNewObjective(long step) {
        return evaluator.startsNewObjective(step);
    }

    @Override
    public void afterFirstStep(Progress progress) throws IOException {
        processes.fromFirst(() -> {
            evaluator.afterFirstStep(progress);
            return "";
        });
    }

    @Override
    public boolean isDue(Progress progress) {
        return evaluator.isDue(progress);
    }

    @Override
    public boolean after(Progress progress, boolean last) throws IOException {
        String decision = processes.fromFirst(() -> {
            String best = evaluator.after(progress, last) ? BEST : "";
            return best + (evaluator.shouldStop(progress) ? STOP : "");
        });
        decidedStep = progress.step();
        stop = decision.contains(STOP);
        return decision.contains(BEST);
    }

    @Override
    public boolean hasScores() {
        return evaluator.hasScores();
    }

    @Override
    public boolean shouldStop(Progress progress) {
        // Only the first process has the scores of this session; those of a checkpoint all have.
        return decidedStep < 0 ? evaluator.shouldStop(progress) : decidedStep == progress.step() && stop;
    }
}

package io.bandpass.torch;

import java.util.EnumMap;
import java.util.Map;

/**
 * Time that training steps spend in each phase: a lap is the time since the previous lap and is added to a phase. On a
 * CPU every native call returns with its work done; on CUDA work is only queued, and a lap ends when it has been
 * queued.
 */
public final class StepTimer {
    /** Phases of a step, in order. */
    public enum Phase {
        DATA_WAIT,
        CORRUPT,
        FORWARD,
        LOSS,
        BACKWARD,
        CLIP,
        OPTIMIZER
    }

    private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);
    private long last = System.nanoTime();

    /** Starts a lap now; the time before it belongs to no phase. */
    public void start() {
        last = System.nanoTime();
    }

    /** Ends a lap and starts the next one. */
    public void endPhase(Phase phase) {
        long now = System.nanoTime();
        nanos.merge(phase, now - last, Long::sum);
        last = now;
    }

    /** Seconds spent in a phase since creation or the last {@link #reset}. */
    public double seconds(Phase phase) {
        return nanos.getOrDefault(phase, 0L) / 1e9;
    }

    /** Discards all laps and starts one now. */
    public void reset() {
        nanos.clear();
        start();
    }
}

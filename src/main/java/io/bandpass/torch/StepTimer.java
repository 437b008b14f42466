package io.bandpass.torch;

import java.util.EnumMap;
import java.util.Map;

/**
 * Where the time of training steps goes: each lap is the time since the one before it, added to a phase. On a CPU every
 * native call ends with its work done; on CUDA work is queued, and a lap ends when it was queued.
 */
public final class StepTimer {
    /** The phases of a step, in their order. */
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

    /** Begins a lap now: what went before belongs to no phase. */
    public void start() {
        last = System.nanoTime();
    }

    /** Ends a lap, and begins the next. */
    public void endPhase(Phase phase) {
        long now = System.nanoTime();
        nanos.merge(phase, now - last, Long::sum);
        last = now;
    }

    /** Seconds in a phase since the beginning, or since {@link #reset}. */
    public double seconds(Phase phase) {
        return nanos.getOrDefault(phase, 0L) / 1e9;
    }

    /** Forgets all laps and begins one now. */
    public void reset() {
        nanos.clear();
        start();
    }
}

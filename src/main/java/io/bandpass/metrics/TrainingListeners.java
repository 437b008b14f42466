package io.bandpass.metrics;

import java.nio.file.Path;
import java.util.List;

/** Composite of several listeners, called in order. */
public final class TrainingListeners implements TrainingListener {
    private final List<TrainingListener> listeners;

    public TrainingListeners(List<TrainingListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public void onStart(RunFacts facts) {
        listeners.forEach(listener -> listener.onStart(facts));
    }

    @Override
    public void onStep(StepMetrics metrics) {
        listeners.forEach(listener -> listener.onStep(metrics));
    }

    @Override
    public void onScores(ScoreMetrics metrics) {
        listeners.forEach(listener -> listener.onScores(metrics));
    }

    @Override
    public void onSamples(long step, Path picture) {
        listeners.forEach(listener -> listener.onSamples(step, picture));
    }

    @Override
    public void onCheckpoint(long step, Path folder) {
        listeners.forEach(listener -> listener.onCheckpoint(step, folder));
    }

    @Override
    public void onNotice(String sentence) {
        listeners.forEach(listener -> listener.onNotice(sentence));
    }

    @Override
    public void onEnd(RunSummary summary) {
        listeners.forEach(listener -> listener.onEnd(summary));
    }
}

package io.bandpass.run;

import io.bandpass.metrics.TrainingListener;
import io.bandpass.run.PretrainingEvaluator.SampleWriter;
import io.bandpass.train.Evaluator;
import io.bandpass.train.Progress;
import java.io.IOException;

/** An evaluator after whose evaluations a picture is drawn. */
final class PicturedEvaluator implements Evaluator {
    private final Evaluator evaluator;
    private final TrainingListener listener;
    private final SampleWriter samples;

    PicturedEvaluator(Evaluator evaluator, TrainingListener listener, SampleWriter samples) {
        this.evaluator = evaluator;
        this.listener = listener;
        this.samples = samples;
    }

    @Override
    public boolean isDue(Progress progress) {
        return evaluator.isDue(progress);
    }

    @Override
    public boolean after(Progress progress, boolean last) throws IOException {
        boolean due = last || isDue(progress);
        boolean best = evaluator.after(progress, last);
        if (due) {
            listener.onSamples(progress.step(), samples.write(progress.step()));
        }
        return best;
    }

    @Override
    public boolean hasScores() {
        return evaluator.hasScores();
    }

    @Override
    public boolean shouldStop(Progress progress) {
        return evaluator.shouldStop(progress);
    }

    @Override
    public void close() {
        evaluator.close();
    }
}

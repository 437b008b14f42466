package io.bandpass.run;

import io.bandpass.config.EvaluateConfig;
import io.bandpass.eval.EncoderScores;
import io.bandpass.eval.OnlineEvaluator;
import io.bandpass.metrics.ScoreMetrics;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.nn.Snapshot;
import io.bandpass.train.Curriculum;
import io.bandpass.train.Evaluator;
import io.bandpass.train.Progress;
import io.bandpass.train.TrainingPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Evaluates pre-training: scores of the frozen encoder if there are labels, and pictures of reconstructions. */
public final class PretrainingEvaluator implements Evaluator {
    /** Draws the reconstructions of a step and returns the picture file. */
    public interface SampleWriter {
        Path write(long step) throws IOException;
    }

    private final EvaluateConfig config;
    private final TrainingPlan plan;
    private final Curriculum curriculum;
    private final Optional<OnlineEvaluator> online;
    private final SampleWriter samples;
    private final TrainingListener listener;
    private Snapshot start = new Snapshot(List.of());

    /** Creates the evaluator of a run. */
    public PretrainingEvaluator(
            EvaluateConfig config,
            TrainingPlan plan,
            Curriculum curriculum,
            Optional<OnlineEvaluator> online,
            SampleWriter samples,
            TrainingListener listener) {
        this.config = config;
        this.plan = plan;
        this.curriculum = curriculum;
        this.online = online;
        this.samples = samples;
        this.listener = listener;
    }

    /** Takes a snapshot of the initial encoder, unless the run is resumed or nothing evaluates it. */
    @Override
    public void begin(Progress progress) {
        if (progress.step() == 0 && online.isPresent()) {
            start = new Snapshot(online.get().state());
        }
    }

    @Override
    public boolean startsNewObjective(long step) {
        Optional<String> stage = curriculum.beginningAt(step);
        stage.ifPresent(listener::onNotice);
        return stage.isPresent();
    }

    /** Evaluates the initial encoder. This takes seconds, so it follows the first step instead of delaying it. */
    @Override
    public void afterFirstStep(Progress progress) {
        if (online.isPresent()) {
            double pixels = online.get().pixelsTop1();
            int edge = online.get().pixelsEdge();
            progress.score(Scores.KNN_TOP1_PIXELS, pixels);
            progress.score(Scores.KNN_PIXELS_SIZE, edge);
            listener.onNotice(String.format(
                    Locale.ROOT,
                    "kNN on raw pixels (images of %d x %d) is right for %.2f %% of the held-out images",
                    edge,
                    edge,
                    100 * pixels));
            EncoderScores scores = start.during(online.get()::encoder);
            scores.notice().ifPresent(listener::onNotice);
            // With initial weights this is not the untrained encoder, which was scored before they were loaded.
            if (progress.score(Scores.KNN_TOP1_UNTRAINED).isEmpty()) {
                scores.knnTop1().ifPresent(top1 -> progress.score(Scores.KNN_TOP1_UNTRAINED, top1));
            }
            report(0, 0, scores);
        }
        start.close();
    }

    @Override
    public boolean after(Progress progress, boolean last) throws IOException {
        boolean best = (last || knnIsDue(progress)) && measure(progress);
        if (last || samplesAreDue(progress)) {
            listener.onSamples(progress.step(), samples.write(progress.step()));
        }
        return best;
    }

    @Override
    public boolean isDue(Progress progress) {
        return (online.isPresent() && knnIsDue(progress)) || samplesAreDue(progress);
    }

    private boolean knnIsDue(Progress progress) {
        return plan.isDue(progress.settledStep(), progress.step(), config.knnEveryEpochs());
    }

    private boolean samplesAreDue(Progress progress) {
        return progress.isDue(config.samplesEverySteps());
    }

    private boolean measure(Progress progress) {
        if (online.isEmpty()) {
            return false;
        }
        EncoderScores scores = online.get().encoder();
        scores.notice().ifPresent(listener::onNotice);
        // A score missing from this evaluation must not linger from an earlier one.
        progress.forgetScores(Scores.KNN_TOP1, Scores.PROBE_TOP1);
        scores.byName().forEach(progress::score);
        report(progress.step(), plan.epochAt(progress.step()), scores);
        return scores.knnTop1().isPresent()
                && progress.score(Scores.KNN_TOP1, scores.knnTop1().getAsDouble(), Scores.KNN_TOP1_BEST);
    }

    private void report(long step, double epoch, EncoderScores scores) {
        if (!scores.byName().isEmpty()) {
            listener.onScores(new ScoreMetrics(step, epoch, scores.byName()));
        }
    }

    @Override
    public boolean hasScores() {
        return online.isPresent();
    }

    @Override
    public void close() {
        start.close();
    }
}

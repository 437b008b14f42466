package io.bandpass.run;

import io.bandpass.config.EvaluateConfig;
import io.bandpass.eval.EncoderScores;
import io.bandpass.eval.FeatureSpread;
import io.bandpass.eval.OnlineEvaluator;
import io.bandpass.eval.PretrainingDiagnostics;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Evaluates pre-training: scores of the frozen encoder if there are labels, what shows whether anything is learned, and
 * pictures of reconstructions.
 */
public final class PretrainingEvaluator implements Evaluator {
    /** Draws the reconstructions of a step and returns the picture file. */
    public interface SampleWriter {
        Path write(long step) throws IOException;
    }

    private final EvaluateConfig config;
    private final TrainingPlan plan;
    private final Curriculum curriculum;
    private final Optional<OnlineEvaluator> online;
    private final PretrainingDiagnostics diagnostics;
    private final SampleWriter samples;
    private final TrainingListener listener;
    private Snapshot start = new Snapshot(List.of());

    /** Whether the features had collapsed at the last evaluation, which is said once. */
    private boolean collapsed;

    /** Creates the evaluator of a run. */
    public PretrainingEvaluator(
            EvaluateConfig config,
            TrainingPlan plan,
            Curriculum curriculum,
            Optional<OnlineEvaluator> online,
            PretrainingDiagnostics diagnostics,
            SampleWriter samples,
            TrainingListener listener) {
        this.config = config;
        this.plan = plan;
        this.curriculum = curriculum;
        this.online = online;
        this.diagnostics = diagnostics;
        this.samples = samples;
        this.listener = listener;
    }

    /** Takes a snapshot of the initial model, unless the run is resumed. */
    @Override
    public void begin(Progress progress) {
        if (progress.step() == 0) {
            start = new Snapshot(diagnostics.state());
        }
    }

    @Override
    public boolean startsNewObjective(long step) {
        List<String> notices = curriculum.beginningAt(step);
        notices.forEach(listener::onNotice);
        return !notices.isEmpty();
    }

    /** Evaluates the initial model. This takes seconds, so it follows the first step instead of delaying it. */
    @Override
    public void afterFirstStep(Progress progress) {
        Map<String, Double> scores = new LinkedHashMap<>();
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
            EncoderScores found = start.during(online.get()::encoder);
            found.notice().ifPresent(listener::onNotice);
            // With initial weights this is not the untrained encoder, which was scored before they were loaded.
            if (progress.score(Scores.KNN_TOP1_UNTRAINED).isEmpty()) {
                found.knnTop1().ifPresent(top1 -> progress.score(Scores.KNN_TOP1_UNTRAINED, top1));
            }
            scores.putAll(found.byName());
        }
        scores.putAll(start.during(diagnostics::measure));
        Scores.of(scores, Scores.FEATURE_RANK).ifPresent(rank -> progress.score(Scores.FEATURE_RANK_START, rank));
        report(0, 0, scores);
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
        return knnIsDue(progress) || samplesAreDue(progress);
    }

    private boolean knnIsDue(Progress progress) {
        return plan.isDue(progress.settledStep(), progress.step(), config.knnEveryEpochs());
    }

    private boolean samplesAreDue(Progress progress) {
        return progress.isDue(config.samplesEverySteps());
    }

    private boolean measure(Progress progress) {
        Map<String, Double> scores = new LinkedHashMap<>();
        Optional<EncoderScores> found = online.map(OnlineEvaluator::encoder);
        found.flatMap(EncoderScores::notice).ifPresent(listener::onNotice);
        found.ifPresent(encoder -> scores.putAll(encoder.byName()));
        scores.putAll(diagnostics.measure());
        // A score missing from this evaluation must not linger from an earlier one.
        progress.forgetScores(Scores.ofPretraining());
        scores.forEach(progress::score);
        report(progress.step(), plan.epochAt(progress.step()), scores);
        sayIfCollapsed(progress);
        OptionalDouble knn = found.map(EncoderScores::knnTop1).orElseGet(OptionalDouble::empty);
        return knn.isPresent() && progress.score(Scores.KNN_TOP1, knn.getAsDouble(), Scores.KNN_TOP1_BEST);
    }

    private void sayIfCollapsed(Progress progress) {
        Optional<String> collapse =
                FeatureSpread.collapse(progress.score(Scores.FEATURE_RANK), progress.score(Scores.FEATURE_RANK_START));
        if (!collapsed) {
            collapse.ifPresent(listener::onNotice);
        }
        collapsed = collapse.isPresent();
    }

    private void report(long step, double epoch, Map<String, Double> scores) {
        if (!scores.isEmpty()) {
            listener.onScores(new ScoreMetrics(step, epoch, scores));
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

package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.PretrainingConfig;
import io.bandpass.data.Datasets;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.eval.FrozenEncoder;
import io.bandpass.eval.OnlineEvaluator;
import io.bandpass.metrics.MetricsFile;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.ScoreMetrics;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.StepMetrics;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.nn.Normalisation;
import io.bandpass.testing.TinyRuns;
import io.bandpass.torch.Compute;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kNN of the encoder as a run begins, which is measured when the first step has been made. */
final class LookAtTheStartTest {
    @TempDir
    Path temporary;

    /** A rate so high that the first step leaves little of what the encoder began with. */
    private Pretraining run(Path out) throws IOException {
        return TinyRuns.vit(TinyRuns.images(temporary.resolve("data"), 80), out)
                .set("train.epochs=2")
                .set("train.batch-size=80")
                .set("optimizer.learning-rate=1")
                .set("schedule.warmup-epochs=0");
    }

    private static OptionalDouble untrainedTop1(PretrainingConfig config) {
        Datasets datasets = Datasets.open(config.data(), config.data().paths(), 0, 0.1);
        Device cpu = new Device("cpu");
        try (Encoder encoder = Encoders.create(config.encoder(), config.train().seed());
                Normalisation normalisation =
                        new Normalisation(config.data().mean(), config.data().std(), cpu)) {
            return new OnlineEvaluator(
                            new FrozenEncoder(encoder, Optional.empty(), normalisation, Compute.cpu()),
                            datasets.train(),
                            datasets.heldOut().orElseThrow(),
                            datasets.bad(),
                            config.evaluate(),
                            config.train().seed())
                    .encoder()
                    .knnTop1();
        }
    }

    @Test
    void itIsThatOfTheEncoderBeforeItsFirstStep() throws IOException {
        Path out = temporary.resolve("run");
        Pretraining run = run(out);
        RunSummary summary = run.run();
        assertThat(summary.score(Scores.KNN_TOP1_UNTRAINED)).isEqualTo(untrainedTop1(run.config()));
        ScoreMetrics first =
                MetricsFile.read(out.resolve("metrics.jsonl")).scores().get(0);
        assertThat(first.step()).isZero();
        assertThat(first.epoch()).isZero();
        assertThat(first.value(Scores.KNN_TOP1)).isEqualTo(summary.score(Scores.KNN_TOP1_UNTRAINED));
        assertThat(first.value(Scores.FEATURE_RANK))
                .isEqualTo(summary.score(Scores.FEATURE_RANK_START))
                .isPresent();
    }

    /** Stopped before a look at what was trained, a run has no score of it. */
    @Test
    void itIsNoScoreOfWhatWasTrained() throws IOException {
        RunSummary summary = run(temporary.resolve("run"))
                .set("train.epochs=40")
                .set("evaluate.knn-every-epochs=20")
                .stopWhen(() -> true)
                .run();
        assertThat(summary.score(Scores.KNN_TOP1_UNTRAINED)).isPresent();
        assertThat(summary.score(Scores.KNN_TOP1)).isEmpty();
    }

    @Test
    void theFirstStepDoesNotWaitForItAndTheFirstCheckpointHasIt() throws IOException {
        List<String> events = new ArrayList<>();
        run(temporary.resolve("run"))
                .set("checkpoint.every-steps=1")
                .listener(new TrainingListener() {
                    @Override
                    public void onStep(StepMetrics metrics) {
                        events.add("step " + metrics.step());
                    }

                    @Override
                    public void onScores(ScoreMetrics metrics) {
                        events.add("knn " + metrics.step());
                    }

                    @Override
                    public void onCheckpoint(long step, Path folder) {
                        events.add("checkpoint " + step);
                    }
                })
                .run();
        assertThat(events).startsWith("step 1", "knn 0", "knn 1", "checkpoint 1", "step 2");
    }
}

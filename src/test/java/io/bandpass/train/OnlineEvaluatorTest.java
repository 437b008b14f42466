package io.bandpass.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.EncoderConfig;
import io.bandpass.config.EvaluateConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.UnreadableImages;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.eval.EncoderScores;
import io.bandpass.eval.Features;
import io.bandpass.eval.FrozenEncoder;
import io.bandpass.eval.NearestNeighbours;
import io.bandpass.eval.OnlineEvaluator;
import io.bandpass.eval.PretrainingDiagnostics;
import io.bandpass.metrics.ScoreMetrics;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.nn.Normalisation;
import io.bandpass.nn.Parameter;
import io.bandpass.pretext.PretextTask;
import io.bandpass.pretext.PretextTasks;
import io.bandpass.run.PretrainingEvaluator;
import io.bandpass.testing.Configs;
import io.bandpass.testing.SquareImages;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OnlineEvaluatorTest {
    private static final Device CPU = new Device("cpu");
    private static final long MEBIBYTE = 1 << 20;

    private interface Work {
        void with(Encoder encoder, OnlineEvaluator scores);
    }

    private static void scores(
            EncoderConfig encoder, ImageSource train, ImageSource heldOut, boolean probe, Work work) {
        PretrainingConfig config = Configs.run(Configs.vitTiny(), 4);
        EvaluateConfig evaluate = new EvaluateConfig(0, 2, 0, 5, 0.07, 20_000, probe, 0.1);
        try (Encoder made = Encoders.create(encoder, 0);
                Normalisation normalisation =
                        new Normalisation(config.data().mean(), config.data().std(), CPU)) {
            work.with(
                    made,
                    new OnlineEvaluator(
                            new FrozenEncoder(made, Optional.empty(), normalisation, Compute.cpu()),
                            train,
                            heldOut,
                            new UnreadableImages(0.01),
                            evaluate,
                            0));
        }
    }

    private static EncoderConfig vit(int imageSize) {
        return new VisionTransformerConfig(
                imageSize, imageSize / 4, 16, 1, 2, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, 0);
    }

    /** All pixels of the 700 images are 420 MB as float32; with parts, concatenation and unit rows it was three times so. */
    @Test
    void aVoteOnThePixelsOfLargeImagesHoldsThumbnails() {
        SquareImages train = new SquareImages(600, 224);
        SquareImages heldOut = new SquareImages(100, 224);
        scores(vit(224), train, heldOut, false, (encoder, scores) -> {
            assertThat(scores.pixelsEdge()).isEqualTo(32);
            long before = Engine.residentBytes();
            assertThat(scores.pixelsTop1()).isGreaterThan(0.9);
            long most = Math.max(train.mostBytes(), heldOut.mostBytes());
            assertThat(most - before).isLessThan(200 * MEBIBYTE);
        });
    }

    /** What was published of small images stays as it was: all their pixels vote. */
    @ParameterizedTest
    @CsvSource({"16, 16", "28, 28", "32, 32", "64, 32"})
    void imagesOfUpTo32PixelsVoteAsTheyAre(int size, int edge) {
        SquareImages train = new SquareImages(40, size);
        SquareImages heldOut = new SquareImages(20, size);
        scores(vit(size), train, heldOut, false, (encoder, scores) -> {
            assertThat(scores.pixelsEdge()).isEqualTo(edge);
            try (PointerScope scope = new PointerScope()) {
                double whole =
                        new NearestNeighbours(5, 0.07).top1(floats(train, edge, size), floats(heldOut, edge, size));
                assertThat(scores.pixelsTop1()).isEqualTo(whole);
            }
        });
    }

    private static Features floats(ImageSource images, int edge, int size) {
        Features bytes = Features.ofPixels(new Preprocessing(size).shrunkTo(edge), images, new UnreadableImages(0));
        assertThat(Tensors.shape(bytes.values())).containsExactly(images.size(), 3L * edge * edge);
        return new Features(bytes.values().to(ScalarType.Float).div(new Scalar(255)), images);
    }

    @Test
    void anEncoderThatGivesNoNumbersHasNoScore() {
        SquareImages images = new SquareImages(12, 16);
        for (boolean probe : List.of(false, true)) {
            scores(vit(16), images, images, probe, (encoder, scores) -> {
                assertThat(scores.encoder().knnTop1()).isPresent();
                overflow(encoder);
                EncoderScores look = scores.encoder();
                assertThat(look.knnTop1()).isEmpty();
                assertThat(look.probeTop1()).isEmpty();
                assertThat(look.byName()).isEmpty();
                assertThat(look.notice())
                        .hasValue((probe ? "kNN and linear probe" : "kNN")
                                + " left out: the features of 12 of 12 images to classify are not finite numbers");
            });
        }
    }

    /** What an earlier look has found is no score of the encoder as it is now, and nothing is the best without one. */
    @Test
    void aLookWithoutAScoreLeavesNoneAndIsNoBest() {
        SquareImages images = new SquareImages(12, 16);
        PretrainingConfig config = TrainingPlan.resolve(
                Configs.with(Configs.run(vit(16), 2), "evaluate.knn-every-epochs=1", "train.batch-size=12"),
                12,
                1L << 30,
                new ArrayList<>());
        List<String> told = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void onNotice(String sentence) {
                told.add(sentence);
            }

            @Override
            public void onScores(ScoreMetrics metrics) {
                told.add(metrics.values().keySet().toString());
            }
        };
        TrainingPlan plan = TrainingPlan.of(config, 12);
        Progress progress = new Progress();
        UnreadableImages none = new UnreadableImages(0);
        try (PretextTask task = PretextTasks.create(config, Compute.cpu());
                Normalisation normalisation =
                        new Normalisation(config.data().mean(), config.data().std(), CPU)) {
            FrozenEncoder frozen = new FrozenEncoder(task.encoder(), Optional.empty(), normalisation, Compute.cpu());
            EvaluateConfig evaluate = new EvaluateConfig(0, 2, 0, 5, 0.07, 20_000, true, 0.1);
            try (PretrainingEvaluator evaluator = new PretrainingEvaluator(
                    config.evaluate(),
                    plan,
                    new Curriculum(config, plan.stepsPerEpoch()),
                    Optional.of(new OnlineEvaluator(frozen, images, images, none, evaluate, 0)),
                    new PretrainingDiagnostics(frozen, task, images, none),
                    step -> Path.of("no picture is due"),
                    listener)) {
                progress.made(1);
                assertThat(evaluator.after(progress, false)).isTrue();
                OptionalDouble best = progress.score(Scores.KNN_TOP1_BEST);
                assertThat(progress.score(Scores.FEATURE_RANK)).isPresent();
                overflow(task.encoder());
                progress.made(1);
                assertThat(evaluator.after(progress, false)).isFalse();
                assertThat(progress.score(Scores.KNN_TOP1)).isEmpty();
                assertThat(progress.score(Scores.PROBE_TOP1)).isEmpty();
                assertThat(progress.score(Scores.FEATURE_RANK)).isEmpty();
                assertThat(progress.score(Scores.LOSS_LOW_PASS)).isEmpty();
                assertThat(progress.score(Scores.KNN_TOP1_BEST)).isEqualTo(best).isPresent();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(told)
                .containsExactly(
                        "[knn_top1, probe_top1, feature_rank, feature_rms, loss_low_pass, loss_low_pass_of_zero,"
                                + " loss_high_pass, loss_high_pass_of_zero]",
                        "kNN and linear probe left out: the features of 12 of 12 images to classify are not finite"
                                + " numbers");
    }

    private static void overflow(Encoder encoder) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (Parameter parameter : encoder.parameters()) {
                Tensor tensor = parameter.tensor();
                tensor.fill_(new Scalar(3e38));
            }
        }
    }
}

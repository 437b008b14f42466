package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.BandpassException;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.StepMetrics;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.replay.Replay;
import io.bandpass.testing.Images;
import io.bandpass.testing.RunFiles;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PretrainingTest {
    @TempDir
    Path temporary;

    @Test
    void aRunLeavesEveryFileOfARunFolder() throws IOException {
        Path out = temporary.resolve("run");
        RunSummary summary = TinyRuns.vit(TinyRuns.images(temporary.resolve("data"), 40), out)
                .run();

        assertThat(summary.outcome()).isEqualTo("done");
        assertThat(summary.steps()).isEqualTo(15);
        assertThat(summary.score(Scores.KNN_TOP1)).isPresent();
        assertThat(List.of(
                        "config.yaml",
                        "config.resolved.yaml",
                        "environment.json",
                        "train.log",
                        "metrics.jsonl",
                        "checkpoints/step-15/state.json",
                        "checkpoints/last/state.json",
                        "checkpoints/best/state.json",
                        "weights/encoder.safetensors",
                        "weights/full.safetensors",
                        "samples/step-15.png",
                        "bad_images.txt",
                        "report.html",
                        "summary.json",
                        "DONE"))
                .allSatisfy(name -> assertThat(out.resolve(name)).isRegularFile());
        assertThat(out.resolve("FAILED")).doesNotExist();
        assertThat(RunFiles.metrics(out).stream().filter(row -> row.has("loss")))
                .hasSize(15)
                .allSatisfy(row -> assertThat(row.fieldNames())
                        .toIterable()
                        .containsExactly("step", "epoch", "loss", "lr", "grad_norm"));
        assertThat(RunFiles.metrics(out).stream().filter(row -> row.has("knn_top1")))
                .extracting(row -> row.get("step").asInt())
                .containsExactly(0, 5, 10, 15);
    }

    @Test
    void aRunLearns() throws IOException {
        Path out = temporary.resolve("run");
        TinyRuns.vit(TinyRuns.images(temporary.resolve("data"), 40), out)
                .set("train.epochs=40")
                .set("optimizer.learning-rate=0.003")
                .run();
        List<JsonNode> losses =
                RunFiles.metrics(out).stream().filter(row -> row.has("loss")).toList();
        assertThat(mean(losses.subList(losses.size() - 20, losses.size())))
                .isLessThan(0.9 * mean(losses.subList(0, 20)));
    }

    private static double mean(List<JsonNode> rows) {
        return rows.stream()
                .mapToDouble(row -> row.get("loss").asDouble())
                .average()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"quick-vit", "quick-resnet"})
    void theNumberOfLoaderThreadsChangesNothing(String recipe) throws IOException {
        Path data = TinyRuns.images(temporary.resolve("data"), 60);
        List<String> settings = recipe.equals("quick-vit") ? TinyRuns.vit() : TinyRuns.resnet();
        Path one = temporary.resolve("one");
        Path four = temporary.resolve("four");
        TinyRuns.of(recipe, settings, data, one).run();
        TinyRuns.of(recipe, settings, data, four).set("data.workers=4").run();

        assertThat(RunFiles.metrics(four)).isEqualTo(RunFiles.metrics(one));
        assertThat(RunFiles.weights(four)).isEqualTo(RunFiles.weights(one));
    }

    @Test
    void aRunOfStepsEndsInTheMiddleOfAnEpoch() throws IOException {
        Path data = TinyRuns.images(temporary.resolve("data"), 40);
        Path out = temporary.resolve("steps");
        RunSummary summary = TinyRuns.vit(data, out)
                .set("train.steps=7")
                .set("schedule={type: poly-after-warmup, warmup-steps: 2, min-learning-rate: 0}")
                .run();
        assertThat(summary.outcome()).isEqualTo("done");
        assertThat(summary.steps()).isEqualTo(7);
        assertThat(summary.epochs()).isEqualTo(1.4);
        assertThat(out.resolve("train.log")).content().contains("7 in all, 1.4 epochs of 5");
        List<JsonNode> steps =
                RunFiles.metrics(out).stream().filter(row -> row.has("lr")).toList();
        assertThat(steps).hasSize(7);
        assertThat(steps.get(1).get("lr").asDouble())
                .isEqualTo(steps.get(2).get("lr").asDouble());
        assertThat(steps.get(6).get("lr").asDouble()).isZero();
    }

    @Test
    void anotherSeedGivesOtherNumbers() throws IOException {
        Path data = TinyRuns.images(temporary.resolve("data"), 40);
        TinyRuns.vit(data, temporary.resolve("a")).run();
        TinyRuns.vit(data, temporary.resolve("b")).set("train.seed=1").run();
        assertThat(RunFiles.metrics(temporary.resolve("b"))).isNotEqualTo(RunFiles.metrics(temporary.resolve("a")));
    }

    @Test
    void accumulatedMicroBatchesGiveTheLossOfTheWholeBatch() throws IOException {
        Path data = TinyRuns.images(temporary.resolve("data"), 48);
        List<List<StepMetrics>> runs = new ArrayList<>();
        for (int micro : new int[] {16, 4, 5}) {
            List<StepMetrics> steps = new ArrayList<>();
            TinyRuns.vit(data, temporary.resolve("micro-" + micro))
                    .set("encoder.drop-path=0")
                    .set("train.batch-size=16")
                    .set("train.micro-batch-size=" + micro)
                    .listener(new TrainingListener() {
                        @Override
                        public void onStep(StepMetrics metrics) {
                            steps.add(metrics);
                        }
                    })
                    .run();
            runs.add(steps);
        }
        for (List<StepMetrics> accumulated : runs.subList(1, runs.size())) {
            for (int i = 0; i < accumulated.size(); i++) {
                StepMetrics whole = runs.get(0).get(i);
                assertThat(accumulated.get(i).loss()).isCloseTo(whole.loss(), relative(whole.loss()));
                assertThat(accumulated.get(i).gradientNorm())
                        .isCloseTo(whole.gradientNorm(), relative(whole.gradientNorm()));
            }
        }
    }

    private static Offset<Double> relative(double value) {
        return Offset.offset(1e-4 * Math.abs(value));
    }

    @Test
    void withoutLabelsTheLowestLossIsBest() throws IOException {
        Path out = temporary.resolve("run");
        RunSummary summary = TinyRuns.vit(TinyRuns.unlabelledImages(temporary.resolve("data"), 40), out)
                .run();
        assertThat(summary.score(Scores.KNN_TOP1)).isEmpty();
        assertThat(out.resolve("checkpoints/best/state.json")).isRegularFile();
        assertThat(Files.readString(out.resolve("summary.json"))).doesNotContain("knn_top1\" : 0");
    }

    /** The batch follows from the number of images, so the configuration must not be written before it is compared. */
    @Test
    void aRunWithFewerImagesThanBeforeIsRefusedAndKeptAsItWas() throws IOException {
        Path photos = temporary.resolve("photos");
        for (int i = 0; i < 5; i++) {
            Images.write(photos.resolve(i + ".png"), 1, 16, 16);
        }
        Path out = temporary.resolve("run");
        TinyRuns.vit(photos, out).stopWhen(() -> true).run();
        byte[] resolved = Files.readAllBytes(out.resolve("config.resolved.yaml"));
        Files.delete(photos.resolve("4.png"));
        assertThatThrownBy(() -> Pretraining.resume(out, List.of(), List.of(), () -> false))
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("began with 5 images and there are 4 now");
        assertThat(out.resolve("config.resolved.yaml")).hasBinaryContent(resolved);
    }

    @Test
    void aSetSmallerThanTheBatchIsOneBatchAnEpoch() throws IOException {
        List<String> notices = new ArrayList<>();
        RunSummary summary = TinyRuns.vit(TinyRuns.images(temporary.resolve("data"), 6), temporary.resolve("run"))
                .set("evaluate.knn-neighbours=2")
                .listener(new TrainingListener() {
                    @Override
                    public void onNotice(String sentence) {
                        notices.add(sentence);
                    }
                })
                .run();
        assertThat(summary.steps()).isEqualTo(3);
        assertThat(notices).anySatisfy(notice -> assertThat(notice).contains("6 images, fewer than the batch of 8"));
    }

    /** With a curriculum all of them have the smaller images of its first stage. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "curriculum={start-epochs: [], image-sizes: []}",
                "curriculum={start-epochs: [0, 2], image-sizes: [8, 16]}"
            })
    void threeStepsInARowThatAreNotFiniteEndTheRun(String curriculum) throws IOException {
        Path out = temporary.resolve("run");
        Pretraining run = TinyRuns.vit(TinyRuns.images(temporary.resolve("data"), 40), out)
                .set(curriculum)
                .set("optimizer.learning-rate=1e30")
                .set("schedule.warmup-learning-rate=1e30")
                .set("checkpoint.every-steps=1");
        assertThatThrownBy(run::run)
                .isInstanceOfSatisfying(
                        BandpassException.class, e -> assertThat(e.kind()).isEqualTo(BandpassException.Kind.DIVERGED))
                .hasMessageContaining("3 steps in a row");
        assertThat(out.resolve("FAILED")).isRegularFile();
        assertThat(out.resolve("DONE")).doesNotExist();
        try (var bundles = Files.list(out.resolve("replay"))) {
            assertThat(bundles).isNotEmpty().allSatisfy(PretrainingTest::isNotFiniteAgain);
        }
    }

    /** What was stored of a step is enough to see again what it came to. */
    static void isNotFiniteAgain(Path bundle) throws IOException {
        List<Replay.Step> steps = Replay.of(
                        bundle.resolve("state.safetensors"),
                        bundle.resolve("batches.safetensors"),
                        bundle.resolve("config.yaml").toString())
                .run();
        assertThat(steps).singleElement().satisfies(step -> {
            assertThat(bundle).hasFileName("step-" + (step.step() + 1));
            assertThat(Double.isFinite(step.loss()) && Double.isFinite(step.gradNorm()))
                    .isFalse();
        });
    }
}

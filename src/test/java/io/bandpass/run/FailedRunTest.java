package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.BandpassException;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.StepMetrics;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.testing.TinyRuns;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run that does not end well leaves, and what it does to what was there before. */
final class FailedRunTest {
    @TempDir
    private Path temporary;

    private Path data;
    private Path out;

    @BeforeEach
    void makeImages() throws IOException {
        data = TinyRuns.images(temporary.resolve("data"), 16);
        out = temporary.resolve("run");
    }

    @Test
    void aDivergedRunDivergesAgainWhenItIsResumed() {
        Pretraining run =
                TinyRuns.vit(data, out).set("optimizer.learning-rate=1e30").set("schedule.warmup-learning-rate=1e30");
        for (int session = 0; session < 2; session++) {
            assertThatThrownBy(
                            session == 0 ? run::run : () -> Pretraining.resume(out, List.of(), List.of(), () -> false))
                    .isInstanceOfSatisfying(
                            BandpassException.class,
                            e -> assertThat(e.kind()).isEqualTo(BandpassException.Kind.DIVERGED));
            assertThat(out.resolve("FAILED")).content().startsWith("training diverged: ");
        }
    }

    /**
     * Five good steps, then one with a rate whose update is finite, but whose weights give NaN, or is not even finite. It
     * is the last step, or one or several follow.
     */
    @ParameterizedTest
    @CsvSource({
        "1, 3, 1e36",
        "1, 5, 1e36",
        "2, 4, 1e36",
        "3, 5, 1e36",
        "4, 6, 1e36",
        "6, 6, 1e36",
        "1, 3, 1e45",
        "2, 6, 1e45"
    })
    void onlyGoodWeightsAreSavedAndStayWhereARunDiverges(int everySteps, int epochs, String growth) throws IOException {
        for (Path images : List.of(data, TinyRuns.unlabelledImages(temporary.resolve("unlabelled"), 16))) {
            Pretraining run = TinyRuns.of("quick-vit", TinyRuns.vit(), images, out)
                    .set("checkpoint={every-steps: " + everySteps + ", keep: 1}")
                    .set("train.epochs=" + epochs)
                    .set("schedule={type: multistep, milestone-epochs: [2], decay-rate: " + growth + "}")
                    .overwrite(true);
            assertThatThrownBy(run::run)
                    .isInstanceOfSatisfying(
                            BandpassException.class,
                            e -> assertThat(e.kind()).isEqualTo(BandpassException.Kind.DIVERGED));
            assertThat(out.resolve("FAILED")).content().startsWith("training diverged: ");
            assertThat(out.resolve("DONE")).doesNotExist();
            assertThat(out.resolve("weights")).doesNotExist();
            List<Path> saved = checkpoints();
            if (everySteps < 6) {
                assertThat(saved).isNotEmpty();
            }
            for (Path checkpoint : saved) {
                assertThat(largestWeight(checkpoint)).as(checkpoint.toString()).isLessThan(100);
            }
        }
    }

    private List<Path> checkpoints() throws IOException {
        Path folder = out.resolve("checkpoints");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static double largestWeight(Path checkpoint) throws IOException {
        try (TensorFile model = Safetensors.read(checkpoint.resolve("model.safetensors"))) {
            return model.names().stream()
                    .flatMapToDouble(name -> Arrays.stream(Tensors.toDoubles(model.get(name))))
                    .map(value -> Double.isFinite(value) ? Math.abs(value) : Double.POSITIVE_INFINITY)
                    .max()
                    .orElseThrow();
        }
    }

    @Test
    void aRunThatIsAskedToStopWithWeightsThatGiveNanHasDiverged() {
        boolean[] skipped = {false};
        Pretraining run = TinyRuns.vit(data, out)
                .set("schedule={type: multistep, milestone-epochs: [1], decay-rate: 1e36}")
                .listener(new TrainingListener() {
                    @Override
                    public void onNotice(String sentence) {
                        skipped[0] |= sentence.contains(" was skipped: ");
                    }
                })
                .stopWhen(() -> skipped[0]);
        assertThatThrownBy(run::run).hasMessageStartingWith("training diverged: ");
        assertThat(out.resolve("summary.json")).doesNotExist();
    }

    @Test
    void whatIsNotFiniteIsNullInTheMetrics() throws IOException {
        assertThatThrownBy(() -> TinyRuns.vit(data, out)
                        .set("schedule={type: multistep, milestone-epochs: [1], decay-rate: 1e36}")
                        .run())
                .hasMessageStartingWith("training diverged: ");
        assertThat(out.resolve("metrics.jsonl"))
                .content()
                .contains(":null,")
                .doesNotContain("NaN")
                .doesNotContain("Infinity");
    }

    @Test
    void aListenerThatThrowsEndsTheRunWhichCanBeResumed() throws IOException {
        assertThatThrownBy(() -> TinyRuns.vit(data, out)
                        .set("checkpoint.every-steps=1")
                        .listener(new TrainingListener() {
                            @Override
                            public void onStep(StepMetrics metrics) {
                                if (metrics.step() == 3) {
                                    throw new IllegalStateException();
                                }
                            }
                        })
                        .run())
                .isInstanceOf(IllegalStateException.class);
        assertThat(out.resolve("FAILED")).hasContent("java.lang.IllegalStateException");
        assertThat(out.resolve("checkpoints/last").toRealPath()).hasFileName("step-2");

        RunSummary summary = Pretraining.resume(out, List.of(), List.of(), () -> false);
        assertThat(summary.outcome()).isEqualTo("done");
        assertThat(out.resolve("FAILED")).doesNotExist();
    }

    @Test
    void aRunThatIsDoneHasNotFailedThoughAListenerThrowsAtItsEnd() {
        assertThatThrownBy(() -> TinyRuns.vit(data, out)
                        .listener(new TrainingListener() {
                            @Override
                            public void onEnd(RunSummary summary) {
                                throw new IllegalStateException("too late");
                            }
                        })
                        .run())
                .hasMessage("too late");
        assertThat(out.resolve("DONE")).exists();
        assertThat(out.resolve("FAILED")).doesNotExist();
    }

    @Test
    void aFolderWithAnythingInItIsLeftAsItIs() throws IOException {
        Files.createDirectories(out);
        Path photo = Files.writeString(out.resolve("photo.jpg"), "");
        assertThatThrownBy(() -> TinyRuns.vit(data, out).run())
                .isInstanceOf(BandpassException.class)
                .hasMessage(out + " is not empty, and not the folder of a run; choose another `out`");
        assertThat(out.resolve(".lock")).doesNotExist();
        assertThatThrownBy(() -> TinyRuns.vit(data, out).overwrite(true).run())
                .isInstanceOf(BandpassException.class)
                .hasMessage(out + " is not the folder of a run, so it is not emptied; choose another `out`");
        assertThat(photo).exists();
    }

    /** Nothing is lost with it, and what was wrong is mended with the same command. */
    @Test
    void whatFailedBeforeAnythingWasSavedIsStartedAnew() throws IOException {
        assertThatThrownBy(() -> TinyRuns.vit(temporary.resolve("lost"), out).run())
                .isInstanceOf(BandpassException.class);
        assertThat(out.resolve("FAILED")).isRegularFile();
        assertThat(TinyRuns.vit(data, out).run().outcome()).isEqualTo("done");
        assertThat(out.resolve("FAILED")).doesNotExist();
        assertThatThrownBy(() -> TinyRuns.vit(data, out).run())
                .hasMessage(out + " is not empty: use `resume` " + out
                        + " to go on with it, `overwrite` to start anew, or another `out`");
    }

    /** A map of one cell, and one image: batch norm would divide by the variance of one value. */
    @Test
    void batchNormOfOneValueIsRefusedBeforeTheFirstStep() {
        List<String> settings = new ArrayList<>(TinyRuns.resnet());
        settings.addAll(List.of(
                "encoder.stages=[1, 1, 1, 1]",
                "encoder.widths=[8, 8, 8, 8]",
                "encoder.stem-stride=2",
                "train.batch-size=1"));
        assertThatThrownBy(
                        () -> TinyRuns.of("quick-resnet", settings, data, out).run())
                .isInstanceOfSatisfying(
                        BandpassException.class,
                        e -> assertThat(e.kind()).isEqualTo(BandpassException.Kind.CONFIGURATION))
                .hasMessageContaining(
                        "the smallest map of images of 16 x 16 has one cell; set train.batch-size to at least 2");
        assertThat(out.resolve("FAILED")).isRegularFile();

        Path classifier = temporary.resolve("classifier");
        assertThatThrownBy(() -> Finetuning.recipe("finetune-quick")
                        .fromScratch("quick-resnet")
                        .data(data.toString())
                        .out(classifier)
                        .set(
                                "encoder={type: resnet, image-size: 16, block: basic, stages: [1, 1, 1, 1], widths: [8, 8, 8, 8],"
                                        + " bottleneck-widths: [], stem-width: 8, stem-kernel: 3, stem-stride: 2, max-pool: false}")
                        .set("train.batch-size=1")
                        .run())
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("set train.batch-size to at least 2");
    }

    /** With more cells one image is enough. */
    @Test
    void batchesOfOneImageTrainABatchNormOfLargerMaps() throws IOException {
        RunSummary summary = TinyRuns.of("quick-resnet", TinyRuns.resnet(), data, out)
                .set("train.epochs=1")
                .set("train.batch-size=1")
                .run();
        assertThat(summary.skippedSteps()).isZero();
        assertThat(summary.steps()).isEqualTo(16);
        assertThat(summary.finalLoss()).isFinite();
    }

    @Test
    void overwritingStartsAnewWithNothingOfTheEarlierRun() throws IOException {
        TinyRuns.vit(data, out).run();
        assertThat(TinyRuns.vit(data, out)
                        .set("train.epochs=1")
                        .overwrite(true)
                        .run()
                        .steps())
                .isEqualTo(2);
        try (var checkpoints = Files.list(out.resolve("checkpoints"))) {
            assertThat(checkpoints)
                    .extracting(path -> String.valueOf(path.getFileName()))
                    .containsExactlyInAnyOrder("best", "last", "step-2");
        }
        assertThat(out.resolve("samples/step-6.png")).doesNotExist();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "gives links only to some users")
    void theReportAndThePicturesAreWrittenAsideAndRenamed() throws IOException {
        TinyRuns.vit(data, out).stopWhen(() -> true).run();
        Path elsewhere = Files.writeString(temporary.resolve("elsewhere"), "what was there before");
        Path report = out.resolve("report.html");
        Path picture = out.resolve("samples/step-6.png");
        for (Path file : List.of(report, picture)) {
            Files.createDirectories(out.resolve("samples"));
            Files.deleteIfExists(file);
            Files.createSymbolicLink(file, elsewhere);
        }
        Pretraining.resume(out, List.of(), List.of(), () -> false);
        // Writing in place would have followed the link; a rename takes its place.
        assertThat(elsewhere).hasContent("what was there before");
        assertThat(report).content().startsWith("<!doctype html>").endsWith("</html>\n");
        assertThat(picture).isRegularFile().isNotEmptyFile();
    }
}

package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.BandpassException;
import io.bandpass.format.AtomicFiles;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.inference.ClassifierEvaluation;
import io.bandpass.inference.PretrainedEncoder;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import io.bandpass.replay.Replay;
import io.bandpass.testing.Images;
import io.bandpass.testing.RunFiles;
import io.bandpass.testing.TinyRuns;
import io.bandpass.weights.ClassifierWeights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From an encoder to a classifier, on small drawn images of two kinds. */
final class FinetuningTest {
    private static final List<String> SETTINGS = List.of(
            "train.epochs=4",
            "train.batch-size=8",
            "train.threads=1",
            "train.precision=fp32",
            "train.log-every-steps=1",
            "data.workers=1",
            "checkpoint.every-steps=5",
            "validate.every-epochs=1");

    @TempDir
    private Path folder;

    private Path data = Path.of("");

    @BeforeEach
    void draw() throws IOException {
        data = TinyRuns.images(folder.resolve("data"), 48);
    }

    private static List<String> tiny(String recipe) {
        return switch (recipe) {
            case "quick-vit" -> TinyRuns.vit();
            case "swin-tiny" -> TinyRuns.swin();
            case "convnext-tiny" -> TinyRuns.convnext();
            default -> TinyRuns.resnet();
        };
    }

    private Path pretrained(String recipe) throws IOException {
        Path out = folder.resolve("pretrained");
        List<String> settings = new ArrayList<>(tiny(recipe));
        settings.add("train.epochs=1");
        settings.add("data.mean=[0.5, 0.5, 0.5]");
        TinyRuns.of(recipe, settings, data, out).run();
        return out;
    }

    private Finetuning tuning(String out, String... others) {
        Finetuning run =
                Finetuning.recipe("finetune-quick").data(data.toString()).out(folder.resolve(out));
        SETTINGS.forEach(run::set);
        List.of(others).forEach(run::set);
        return run;
    }

    private Finetuning small(String out, String... others) {
        return tuning(out, others)
                .fromScratch("quick-resnet")
                .set("encoder={image-size: 16, stages: [1], widths: [8], stem-width: 8}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"quick-vit", "quick-resnet", "swin-tiny", "convnext-tiny"})
    void theEncoderOfTheWeightsBecomesAClassifierThatNamesItsClasses(String recipe) throws IOException {
        Path run = pretrained(recipe);
        Finetuning tuning = tuning("tuned").weights(run);
        assertThat(tuning.config().data().mean()).containsExactly(0.5, 0.5, 0.5);
        assertThat(tuning.config().encoder().imageSize()).isEqualTo(16);

        RunSummary summary = tuning.run();

        assertThat(summary.outcome()).isEqualTo("done");
        assertThat(summary.steps()).isEqualTo(4 * 6);
        assertThat(summary.scores())
                .containsKeys(
                        Scores.TOP1, Scores.TOP1_BEST, Scores.TOP5, Scores.CROSS_ENTROPY, Scores.CALIBRATION_ERROR);
        Path out = folder.resolve("tuned");
        assertThat(Safetensors.readMetadata(out.resolve("weights/classifier.safetensors")))
                .containsEntry("kind", "classifier")
                .containsEntry("classes", "2")
                .containsEntry("class-names", "[\"0\",\"1\"]")
                .containsEntry("crop-ratio", "1.0");
        try (ClassifierWeights stored = ClassifierWeights.open(out)) {
            assertThat(stored.classNames()).containsExactly("0", "1");
            assertThat(stored.imageSize()).isEqualTo(16);
        }
        ClassifierEvaluation.Result evaluated =
                ClassifierEvaluation.of(out).data(data.toString()).run((images, all) -> {});
        assertThat(evaluated.top1()).isEqualTo(summary.score(Scores.TOP1).orElseThrow());
        // What was fine-tuned is an encoder too.
        try (PretrainedEncoder encoder = PretrainedEncoder.open(out.resolve("weights/classifier.safetensors"))) {
            assertThat(encoder.width()).isPositive();
        }
    }

    @Test
    void itLearnsToTellTheClassesApart() throws IOException {
        RunSummary summary = small(
                        "tuned",
                        "train.epochs=80",
                        "optimizer={learning-rate: 0.005, layer-decay: 1.0}",
                        "augment={crop-area: [1.0, 1.0], crop-aspect: [1.0, 1.0]}",
                        "mix.label-smoothing=0.0")
                .run();

        // Half of the images are of each kind: without knowing anything the cross entropy is log 2, 0.69.
        assertThat(summary.finalLoss()).isLessThan(0.6);
        assertThat(summary.score(Scores.TOP1_BEST).orElseThrow()).isGreaterThan(0.6);
    }

    @Test
    void aClassifierIsFineTunedFurtherWithItsHead() throws IOException {
        small("first").run();
        Path weights = folder.resolve("first/weights");
        AtomicInteger loaded = new AtomicInteger();
        tuning("second", "train.epochs=1")
                .weights(weights)
                .listener(new io.bandpass.metrics.TrainingListener() {
                    @Override
                    public void onNotice(String sentence) {
                        if (sentence.contains("tensors loaded")) {
                            String[] counts = sentence.split("[/ ]", -1);
                            loaded.set(Integer.parseInt(counts[1]) - Integer.parseInt(counts[0]));
                        }
                    }
                })
                .run();
        assertThat(loaded).hasValue(0);
        try (ClassifierWeights stored = ClassifierWeights.open(folder.resolve("second"))) {
            assertThat(stored.classifier().classes()).isEqualTo(2);
        }
    }

    @Test
    void stoppedAnywhereAndResumedIsAsNeverStopped() throws IOException {
        String[] mixed = {
            "mix={mixup-alpha: 0.8, cutmix-alpha: 1.0, erase-probability: 0.5}",
            "augment.rand-augment=m9-n2-mstd0.5-inc1",
            "train.ema-decay=0.9",
            "augment.repeats=2"
        };
        small("whole", mixed).run();
        AtomicInteger steps = new AtomicInteger();
        RunSummary stopped = small("broken", mixed)
                .stopWhen(() -> steps.incrementAndGet() == 8)
                .run();
        assertThat(stopped.outcome()).isEqualTo("interrupted");
        Finetuning.resume(folder.resolve("broken"), List.of(), List.of(), () -> false);

        assertThat(RunFiles.metrics(folder.resolve("broken"))).isEqualTo(RunFiles.metrics(folder.resolve("whole")));
        for (String name :
                List.of("classifier.safetensors", "classifier-ema.safetensors", "classifier-best.safetensors")) {
            assertThat(folder.resolve("broken/weights").resolve(name))
                    .hasSameBinaryContentAs(folder.resolve("whole/weights").resolve(name));
        }
    }

    @Test
    void fewLabelsAreTheSameForTheSameSeed() throws IOException {
        RunSummary summary = small("few", "labels.per-class=4").run();

        assertThat(summary.steps()).isEqualTo(4);
        assertThat(small("again", "labels.per-class=4").run().scores()).isEqualTo(summary.scores());
    }

    @Test
    void aPartOfTheTrainingImagesIsScoredOnInsteadOfTheHeldOutOnes() throws IOException {
        RunSummary summary = small("chosen", "labels.validation-fraction=0.25").run();

        // 36 of 48 images are left to train on, in batches of 8 for four epochs.
        assertThat(summary.steps()).isEqualTo(16);
        assertThat(Files.readString(folder.resolve("chosen/train.log")))
                .contains("scores are those on 12 images, a fraction 0.25 of the training images");
        assertThat(Files.readString(folder.resolve("chosen/report.html")))
                .contains("is a part of the training images (labels.validation-fraction)");
    }

    @Test
    void aRunEndsWhenItDoesNotGetBetter() throws IOException {
        // Nothing is learned at this rate, so that the first look stays the best.
        RunSummary summary = small(
                        "early",
                        "train.epochs=40",
                        "optimizer.learning-rate=1.0e-12",
                        "schedule={warmup-learning-rate: 0.0, min-learning-rate: 0.0}",
                        "validate.stop-after-epochs=2")
                .run();

        assertThat(summary.outcome()).isEqualTo("done");
        assertThat(summary.epochs()).isEqualTo(3);
        assertThat(folder.resolve("early/DONE")).exists();
    }

    /** With an average, the average of that step is what was looked at. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "0.9"})
    void theBestClassifierIsThatOfTheStepWithTheHighestAccuracy(String decay) throws IOException {
        // The first look stays the best, as nothing is learned; what is written last is another classifier all the
        // same.
        RunSummary summary = small(
                        "run",
                        "optimizer.learning-rate=1.0e-7",
                        "schedule={warmup-learning-rate: 1.0e-7, min-learning-rate: 1.0e-7}",
                        "train.ema-decay=" + decay)
                .run();
        long best = (long) summary.score(Scores.TOP1_BEST_STEP).orElseThrow();
        assertThat(best).isLessThan(summary.steps());

        Path run = folder.resolve("run");
        boolean averaged = !decay.equals("none");
        Path of = run.resolve("checkpoints/step-" + best)
                .resolve(averaged ? "optimizer.safetensors" : "model.safetensors");
        Path last = run.resolve("weights").resolve(averaged ? "classifier-ema.safetensors" : "classifier.safetensors");
        Path written = run.resolve("weights/classifier-best.safetensors");
        try (TensorFile weights = Safetensors.read(written);
                TensorFile checkpoint = Safetensors.read(of);
                TensorFile others = Safetensors.read(last)) {
            assertThat(weights.metadata()).containsEntry("step", Long.toString(best));
            assertThat(weights.names()).isEqualTo(others.names());
            for (String name : weights.names()) {
                Tensor expected = checkpoint.get((averaged ? "ema." : "") + name);
                assertThat(weights.get(name).equal(expected)).as(name).isTrue();
            }
            assertThat(weights.get("fc.weight").equal(others.get("fc.weight"))).isFalse();
        }
        try (ClassifierWeights stored = ClassifierWeights.open(written)) {
            assertThat(stored.classNames()).containsExactly("0", "1");
        }
    }

    @Test
    void aBestCheckpointThatIsDamagedOrGoneDoesNotKeepARunFromItsEnd() throws IOException {
        for (boolean damaged : new boolean[] {true, false}) {
            String name = "run-" + damaged;
            Path best = folder.resolve(name).resolve("checkpoints/step-6");
            List<String> notices = new ArrayList<>();
            AtomicInteger steps = new AtomicInteger();
            RunSummary summary = small(
                            name,
                            "optimizer.learning-rate=1.0e-12",
                            "schedule={warmup-learning-rate: 0.0, min-learning-rate: 0.0}")
                    .stopWhen(() -> {
                        if (steps.incrementAndGet() == 14) {
                            breakFolder(best, damaged);
                        }
                        return false;
                    })
                    .listener(new io.bandpass.metrics.TrainingListener() {
                        @Override
                        public void onNotice(String sentence) {
                            notices.add(sentence);
                        }
                    })
                    .run();
            assertThat(summary.outcome()).isEqualTo("done");
            assertThat(folder.resolve(name).resolve("report.html")).isRegularFile();
            assertThat(folder.resolve(name).resolve("weights/classifier-best.safetensors"))
                    .doesNotExist();
            assertThat(notices.stream().filter(each -> each.contains("the classifier of the best step is not written")))
                    .hasSize(1);
        }
    }

    private static void breakFolder(Path checkpoint, boolean damaged) {
        try {
            Files.write(checkpoint.resolve("model.safetensors"), new byte[] {1, 2, 3});
            if (!damaged) {
                AtomicFiles.removeFolder(checkpoint);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Between two looks nothing says that it does not get better, so that what was looked at last is what is written. */
    @Test
    void aRunEndsWithTheStepThatWasLookedAtLast() throws IOException {
        RunSummary summary = small(
                        "early",
                        "train.epochs=40",
                        "optimizer.learning-rate=1.0e-12",
                        "schedule={warmup-learning-rate: 0.0, min-learning-rate: 0.0}",
                        "validate={every-epochs: 2, stop-after-epochs: 3}")
                .run();

        assertThat(summary.epochs()).isEqualTo(6);
        assertThat(Files.readString(folder.resolve("early/scores.json"))).contains("\"step\" : " + summary.steps());
        assertThatThrownBy(() -> small("never", "validate={every-epochs: 0, stop-after-epochs: 3}")
                        .run())
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("validate.every-epochs is 0");
    }

    @Test
    void aRunThatWouldGoOnWithOtherImagesOrClassesIsRefusedAndKeptAsItWas() throws IOException {
        Path photos = folder.resolve("photos");
        for (String name : List.of("ant/1.png", "ant/2.png", "bee/1.png", "bee/2.png")) {
            Images.write(photos.resolve("train").resolve(name), 1, 16, 16);
            Images.write(photos.resolve("val").resolve(name), 1, 16, 16);
        }
        Path run = folder.resolve("run");
        Finetuning tuning =
                Finetuning.recipe("finetune-quick").data(photos.toString()).out(run);
        SETTINGS.forEach(tuning::set);
        tuning.fromScratch("quick-resnet")
                .set("encoder={image-size: 16, stages: [1], widths: [8], stem-width: 8}")
                .stopWhen(() -> true)
                .run();
        byte[] resolved = Files.readAllBytes(run.resolve("config.resolved.yaml"));

        Path gone = photos.resolve("train/bee/2.png");
        Files.move(gone, folder.resolve("aside.png"));
        assertThatThrownBy(() -> Finetuning.resume(run, List.of(), List.of(), () -> false))
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("began with 4 images and there are 3 now");
        assertThat(run.resolve("config.resolved.yaml")).hasBinaryContent(resolved);
        Files.move(folder.resolve("aside.png"), gone);

        for (String part : List.of("train", "val")) {
            Files.move(photos.resolve(part).resolve("ant"), photos.resolve(part).resolve("cat"));
        }
        assertThatThrownBy(() -> Finetuning.resume(run, List.of(), List.of(), () -> false))
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("began with other classes");
    }

    /** What was stored of a step that was not finite is enough to see again what it came to. */
    @Test
    void whatARunCouldNotGetOverIsReplayed() throws IOException {
        Path run = folder.resolve("diverged");
        assertThatThrownBy(() -> small(
                                "diverged",
                                "optimizer.learning-rate=1e30",
                                "schedule.warmup-learning-rate=1e30",
                                "mix={mixup-alpha: 0.8, cutmix-alpha: 1.0, erase-probability: 0.5}",
                                "validate.every-epochs=0")
                        .run())
                .isInstanceOfSatisfying(
                        BandpassException.class, e -> assertThat(e.kind()).isEqualTo(BandpassException.Kind.DIVERGED));
        try (Stream<Path> bundles = Files.list(run.resolve("replay"))) {
            assertThat(bundles).isNotEmpty().allSatisfy(bundle -> {
                PretrainingTest.isNotFiniteAgain(bundle);
                Replay replay = Replay.of(
                        bundle.resolve("state.safetensors"),
                        bundle.resolve("batches.safetensors"),
                        bundle.resolve("config.yaml").toString());
                assertThatThrownBy(() -> replay.optimizerState(true).run()).hasMessageContaining("`optimizer-state`");
            });
        }
    }

    @Test
    void aRunIsResumedByTheCommandThatStartedIt() throws IOException {
        Path run = pretrained("quick-vit");
        assertThatThrownBy(() -> Finetuning.resume(run, List.of(), List.of(), () -> false))
                .isInstanceOf(BandpassException.class)
                .hasMessage("%s is a run of bandpass pretrain: resume it with bandpass pretrain --resume %s", run, run);
        assertThat(Files.readString(run.resolve(".command"))).isEqualTo("pretrain");
    }

    @Test
    void imagesWithoutLabelsAreRefusedInASentence() throws IOException {
        Path unlabelled = TinyRuns.unlabelledImages(folder.resolve("unlabelled"), 8);
        Finetuning run = Finetuning.recipe("finetune-quick")
                .fromScratch("quick")
                .data(unlabelled.toString())
                .out(folder.resolve("out"));
        assertThatThrownBy(run::run)
                .isInstanceOf(BandpassException.class)
                .hasMessageStartingWith("labels are needed here, but ")
                .hasMessageContaining("give a folder for each of at least two classes");
    }

    @Test
    void anEncoderThatDoesNotFitTheWeightsIsRefused() throws IOException {
        Path run = pretrained("quick-vit");
        assertThatThrownBy(
                        () -> tuning("tuned", "encoder.width=32").weights(run).run())
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("has the shape");
    }
}

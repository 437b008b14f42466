package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.BandpassException;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.testing.ChildProcess;
import io.bandpass.testing.RunFiles;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that was stopped, by whatever means, ends with the numbers of one that never was. */
final class ResumeTest {
    @TempDir
    Path temporary;

    @ParameterizedTest
    @ValueSource(strings = {"quick-vit", "quick-resnet"})
    void killedInMidEpochAndResumedIsAsNeverStopped(String recipe) throws Exception {
        isKilledAndResumed(recipe);
    }

    @ParameterizedTest
    @Tag("slow")
    @ValueSource(strings = {"quick-simmim", "quick-mae"})
    void ofMaskedImageModelingKilledInMidEpochAndResumedIsAsNeverStopped(String recipe) throws Exception {
        isKilledAndResumed(recipe);
    }

    private void isKilledAndResumed(String recipe) throws Exception {
        // 20 steps an epoch and a checkpoint every 7: what is resumed lies within an epoch.
        List<String> settings = settings(recipe, 160, 7);
        settings.add("train.ema-decay=0.9");
        Path data = TinyRuns.images(temporary.resolve("data"), 160);
        Path whole = temporary.resolve("whole");
        TinyRuns.of(recipe, settings, data, whole).run();

        Path broken = temporary.resolve("broken");
        for (int lines : new int[] {12, 31}) {
            killAfter(lines, arguments(recipe, settings, data, broken), broken);
        }
        assertThat(broken.resolve("DONE")).doesNotExist();
        assertThat(ChildProcess.run(temporary.resolve("last.txt"), resume(broken)))
                .isZero();

        assertThat(RunFiles.metrics(broken))
                .as(RunFiles.difference(broken, whole))
                .isEqualTo(RunFiles.metrics(whole));
        assertThat(RunFiles.weights(broken))
                .as(RunFiles.difference(broken, whole))
                .isEqualTo(RunFiles.weights(whole));
    }

    /** With all that is random about it: erasing, mixing, RandAugment, repetition. */
    @Test
    void killedFineTuningThatIsResumedIsAsNeverStopped() throws Exception {
        List<String> settings = List.of(
                "encoder={image-size: 16, stages: [1], widths: [8], stem-width: 8}",
                "augment={rand-augment: m9-n2-mstd0.5-inc1, repeats: 2}",
                "mix={mixup-alpha: 0.8, cutmix-alpha: 1.0, erase-probability: 0.5}",
                "train={epochs: 3, batch-size: 8, threads: 1, precision: fp32, ema-decay: 0.9, log-every-steps: 1}",
                "data.workers=1",
                "checkpoint.every-steps=7",
                "validate.every-epochs=1");
        Path data = TinyRuns.images(temporary.resolve("data"), 160);
        Path whole = temporary.resolve("whole");
        Path broken = temporary.resolve("broken");
        assertThat(ChildProcess.run(temporary.resolve("whole.txt"), finetuning(settings, data, whole)))
                .isZero();
        for (int lines : new int[] {12, 31}) {
            killAfter(lines, finetuning(settings, data, broken), broken);
        }
        assertThat(broken.resolve("DONE")).doesNotExist();
        assertThat(ChildProcess.run(temporary.resolve("last.txt"), resume("finetune", broken)))
                .isZero();

        assertThat(RunFiles.metrics(broken))
                .as(RunFiles.difference(broken, whole))
                .isEqualTo(RunFiles.metrics(whole));
        for (String name : List.of("classifier.safetensors", "classifier-ema.safetensors")) {
            assertThat(broken.resolve("weights").resolve(name))
                    .hasSameBinaryContentAs(whole.resolve("weights").resolve(name));
        }
    }

    private static List<String> finetuning(List<String> settings, Path data, Path out) {
        List<String> arguments = new ArrayList<>(List.of("finetune", "--from-scratch", "quick-resnet"));
        arguments.addAll(List.of("--data", data.toString(), "--out", out.toString()));
        settings.forEach(setting -> arguments.addAll(List.of("--set", setting)));
        return arguments;
    }

    /** Killed where images are small, and where they are not: what was loaded ahead at the boundary is lost too. */
    @ParameterizedTest
    @Tag("slow")
    @ValueSource(strings = {"quick-vit", "quick-resnet"})
    void killedInEitherStageOfACurriculumAndResumedIsAsNeverStopped(String recipe) throws Exception {
        // 20 steps an epoch: the second stage begins with step 31, in the middle of an epoch.
        List<String> settings = settings(recipe, 160, 7);
        settings.add("curriculum={start-epochs: [0, 1.5], image-sizes: [8, 16]}");
        Path data = TinyRuns.images(temporary.resolve("data"), 160);
        Path whole = temporary.resolve("whole");
        TinyRuns.of(recipe, settings, data, whole).run();

        Path broken = temporary.resolve("broken");
        for (int lines : new int[] {12, 30, 45}) {
            killAfter(lines, arguments(recipe, settings, data, broken), broken);
        }
        assertThat(broken.resolve("DONE")).doesNotExist();
        assertThat(ChildProcess.run(temporary.resolve("last.txt"), resume(broken)))
                .isZero();

        assertThat(RunFiles.metrics(broken))
                .as(RunFiles.difference(broken, whole))
                .isEqualTo(RunFiles.metrics(whole));
        assertThat(RunFiles.weights(broken))
                .as(RunFiles.difference(broken, whole))
                .isEqualTo(RunFiles.weights(whole));
    }

    @Test
    @Tag("slow")
    void killedTenTimesAtRandomMomentsIsAsNeverStopped() throws Exception {
        // A checkpoint after every step, so that many kills fall into a save.
        List<String> settings = settings("quick-vit", 160, 1);
        settings.add("train.epochs=60");
        Path data = TinyRuns.images(temporary.resolve("data"), 160);
        Path whole = temporary.resolve("whole");
        TinyRuns.of("quick-vit", settings, data, whole).run();

        Path broken = temporary.resolve("broken");
        Random random = new Random(20);
        int kills = 0;
        while (kills < 10 && !Files.exists(broken.resolve("DONE"))) {
            int before = Files.exists(broken) ? RunFiles.metrics(broken).size() : 0;
            killAfter(before + 20, arguments("quick-vit", settings, data, broken), broken, random.nextInt(200));
            kills++;
        }
        assertThat(kills).isEqualTo(10);
        assertThat(ChildProcess.run(temporary.resolve("last.txt"), resume(broken)))
                .isZero();
        assertThat(RunFiles.metrics(broken))
                .as(RunFiles.difference(broken, whole))
                .isEqualTo(RunFiles.metrics(whole));
        assertThat(RunFiles.weights(broken))
                .as(RunFiles.difference(broken, whole))
                .isEqualTo(RunFiles.weights(whole));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalSavesAndTheRunGoesOn(String signal) throws Exception {
        List<String> settings = settings("quick-vit", 160, 1000);
        settings.add("train.epochs=20");
        Path data = TinyRuns.images(temporary.resolve("data"), 160);
        Path out = temporary.resolve("run");
        try (ChildProcess child =
                new ChildProcess(temporary.resolve("out.txt"), arguments("quick-vit", settings, data, out))) {
            awaitLines(child, out, 25);
            child.signal(signal);
            assertThat(child.exitCode()).isEqualTo(signal.equals("TERM") ? 75 : 130);
            assertThat(child.printed()).contains("bandpass pretrain --resume " + out);
        }
        assertThat(out.resolve("checkpoints/last/state.json")).isRegularFile();
        assertThat(out.resolve("DONE")).doesNotExist();
        resume(out, List.of(), new ArrayList<>());

        Path whole = temporary.resolve("whole");
        TinyRuns.of("quick-vit", settings, data, whole).run();
        assertThat(RunFiles.metrics(out)).as(RunFiles.difference(out, whole)).isEqualTo(RunFiles.metrics(whole));
        assertThat(RunFiles.weights(out)).as(RunFiles.difference(out, whole)).isEqualTo(RunFiles.weights(whole));
    }

    @Test
    void aFinishedRunSaysSo() throws IOException {
        Path out = temporary.resolve("run");
        RunSummary summary = TinyRuns.vit(TinyRuns.images(temporary.resolve("data"), 16), out)
                .run();
        List<String> notices = new ArrayList<>();
        RunSummary again = resume(out, List.of(), notices);
        assertThat(again).isEqualTo(summary);
        assertThat(notices).singleElement().asString().contains("has ended already, after 6 steps");
    }

    @Test
    void aFolderWithoutCheckpointStartsAtStepZeroWithItsConfiguration() throws IOException {
        Path out = temporary.resolve("run");
        Path data = TinyRuns.images(temporary.resolve("data"), 16);
        TinyRuns.vit(data, out).stopWhen(() -> true).run();
        Path fresh = temporary.resolve("fresh");
        TinyRuns.vit(data, fresh).run();

        deleteCheckpoints(out);
        assertThat(resume(out, List.of(), new ArrayList<>()).outcome()).isEqualTo("done");
        assertThat(RunFiles.metrics(out)).as(RunFiles.difference(out, fresh)).isEqualTo(RunFiles.metrics(fresh));
    }

    private static void deleteCheckpoints(Path out) throws IOException {
        try (var files = Files.walk(out.resolve("checkpoints"))) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void changedSettingsAreRefusedByName() throws IOException {
        Path out = temporary.resolve("run");
        TinyRuns.vit(TinyRuns.images(temporary.resolve("data"), 16), out)
                .stopWhen(() -> true)
                .run();
        assertThatThrownBy(() -> resume(out, List.of("mask.radius=3"), new ArrayList<>()))
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("mask.radius");
    }

    @Test
    void otherImagesAreRefused() throws IOException {
        Path out = temporary.resolve("run");
        Path data = TinyRuns.images(temporary.resolve("data"), 16);
        TinyRuns.vit(data, out).stopWhen(() -> true).run();
        TinyRuns.images(data, 24);
        assertThatThrownBy(() -> resume(out, List.of(), new ArrayList<>()))
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("16 images")
                .hasMessageContaining("24 now");
    }

    private static RunSummary resume(Path out, List<String> settings, List<String> notices) throws IOException {
        return Pretraining.resume(
                out,
                settings,
                List.of(new TrainingListener() {
                    @Override
                    public void onNotice(String sentence) {
                        notices.add(sentence);
                    }
                }),
                () -> false);
    }

    private static List<String> settings(String recipe, int images, int everySteps) {
        List<String> settings =
                new ArrayList<>(recipe.equals("quick-resnet") ? TinyRuns.resnet() : TinyRuns.droppingVit());
        settings.add("checkpoint.every-steps=" + everySteps);
        settings.add("evaluate.knn-images=" + images);
        return settings;
    }

    private static List<String> arguments(String recipe, List<String> settings, Path data, Path out) {
        List<String> arguments =
                new ArrayList<>(List.of("pretrain", "--recipe", recipe, "--data", "" + data, "--out", "" + out));
        settings.forEach(setting -> arguments.addAll(List.of("--set", setting)));
        return arguments;
    }

    private static List<String> resume(Path out) {
        return resume("pretrain", out);
    }

    private static List<String> resume(String command, Path out) {
        return List.of(command, "--resume", out.toString());
    }

    /** Starts or goes on with a run, and kills it when its metrics have so many lines, and some milliseconds later. */
    private void killAfter(int lines, List<String> start, Path out, int... milliseconds) throws Exception {
        Path printed = temporary.resolve("killed.txt");
        try (ChildProcess child = new ChildProcess(
                printed, Files.exists(out.resolve("config.yaml")) ? resume(start.get(0), out) : start)) {
            awaitLines(child, out, lines);
            for (int wait : milliseconds) {
                Thread.sleep(wait);
            }
            child.kill();
        }
    }

    private static void awaitLines(ChildProcess child, Path out, int lines) throws Exception {
        Path metrics = out.resolve("metrics.jsonl");
        while (!Files.exists(metrics) || lineCount(metrics) < lines) {
            if (!child.isAlive()) {
                throw new AssertionError("the run ended too early:\n" + child.printed());
            }
            Thread.sleep(2);
        }
    }

    private static long lineCount(Path file) throws IOException {
        try (var all = Files.lines(file)) {
            return all.count();
        }
    }
}

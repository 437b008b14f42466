package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Run folders some of whose files are damaged, or were never written because a process was killed. */
final class DamagedRunFolderTest {
    @TempDir
    private static Path temporary;

    private static Path data;
    private static Path done;
    private static Path stopped;

    @BeforeAll
    static void train() throws IOException {
        data = TinyRuns.images(temporary.resolve("data"), 16);
        done = temporary.resolve("done");
        TinyRuns.vit(data, done).run();
        stopped = temporary.resolve("stopped");
        Finetuning.recipe("finetune-quick-vit")
                .weights(done)
                .data(data.toString())
                .set("train={epochs: 2, batch-size: 8, threads: 1, precision: fp32, log-every-steps: 1}")
                .set("data.workers=1")
                .out(stopped)
                .stopWhen(() -> true)
                .run();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".recipe",
                ".command",
                ".init-from",
                ".classes.json",
                "config.yaml",
                "config.resolved.yaml",
                "checkpoints/step-1/state.json",
                "checkpoints/step-1/model.safetensors",
                "checkpoints/step-1/optimizer.safetensors"
            })
    void aDamagedFileIsNamedAndTheFolderStaysAsItIs(String name) throws IOException {
        Path file = stopped.resolve(name);
        byte[] whole = Files.readAllBytes(file);
        Map<String, byte[]> damages = new LinkedHashMap<>();
        damages.put("empty", new byte[0]);
        damages.put("blank", " \n".getBytes(StandardCharsets.US_ASCII));
        damages.put("zeros", new byte[whole.length]);
        byte[] garbage = new byte[whole.length];
        Arrays.fill(garbage, (byte) 0xFE);
        damages.put("garbage", garbage);
        if (whole.length > 30 && !name.equals(".init-from")) {
            damages.put("cut in the middle", Arrays.copyOf(whole, whole.length / 2));
            damages.put("without its end", Arrays.copyOf(whole, whole.length - 2));
        }
        Map<String, Long> before = files(stopped);
        for (Map.Entry<String, byte[]> damage : damages.entrySet()) {
            Files.write(file, damage.getValue());
            BandpassException refusal = catchThrowableOfType(BandpassException.class, () -> resume(stopped));
            assertThat(refusal).as(damage.getKey()).isNotNull();
            assertThat(refusal.kind().exitCode())
                    .as(damage.getKey() + ": " + refusal)
                    .isIn(2, 3);
            assertThat(refusal).as(damage.getKey()).hasMessageContaining(file.toString());
            assertThat(refusal.getMessage()).as(damage.getKey()).hasLineCount(1);
            Files.write(file, whole);
            assertThat(files(stopped)).as(damage.getKey()).isEqualTo(before);
        }
    }

    private static RunSummary resume(Path run) throws IOException {
        return Finetuning.resume(run, List.of(), List.of(), () -> true);
    }

    /** Name to size. */
    private static Map<String, Long> files(Path folder) throws IOException {
        Map<String, Long> sizes = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                sizes.put(file.toString(), Files.size(file));
            }
        }
        return sizes;
    }

    @Test
    void aStoredConfigurationThatWasCutAnywhereIsRefused() throws IOException {
        cutAnywhere(PretrainingConfig.class, Files.readString(done.resolve("config.resolved.yaml")));
        cutAnywhere(FinetuningConfig.class, Files.readString(stopped.resolve("config.yaml")));
    }

    private static <T extends Record & RunConfig> void cutAnywhere(Class<T> type, String text) {
        assertThat(ConfigBuilder.fromStored(type, text, "file")).isNotNull();
        for (int length = 0; length < text.length(); length++) {
            if (length % 19 == 0 || length == text.length() - 1 || text.charAt(Math.max(0, length - 1)) == '\n') {
                String cut = text.substring(0, length);
                assertThatThrownBy(() -> ConfigBuilder.fromStored(type, cut, "file"))
                        .as("%d of %d characters", length, text.length())
                        .isInstanceOf(ConfigException.class)
                        .hasMessageStartingWith("file is ");
            }
        }
    }

    @Test
    void aDamagedSummaryIsWrittenAgainAsItsMessageSays() throws IOException {
        Path run = temporary.resolve("summarised");
        RunSummary first = TinyRuns.vit(data, run).run();
        for (String text : List.of("", "{\"outcome\": \"done\"", "null")) {
            Files.writeString(run.resolve("summary.json"), text);
            assertThatThrownBy(() -> Pretraining.resume(run, List.of(), List.of(), () -> false))
                    .isInstanceOf(BandpassException.class)
                    .hasMessageStartingWith(run.resolve("summary.json") + " is ")
                    .hasMessageEndingWith("; remove DONE beside it and resume the run, which writes it again");
            Files.delete(run.resolve("DONE"));
            RunSummary again = Pretraining.resume(run, List.of(), List.of(), () -> false);
            assertThat(again.scores()).isEqualTo(first.scores());
            assertThat(again.finalLoss()).isEqualTo(first.finalLoss());
            assertThat(run.resolve("DONE")).exists();
        }
    }

    /** A process was killed after each of the files that a start writes before the configuration. */
    @Test
    void aHalfStartedRunIsStartedAnewAndNothingToGoOnWith() throws IOException {
        List<String> starts = List.of(".recipe", ".command", ".init-from");
        for (int written = 1; written <= starts.size(); written++) {
            Path run = temporary.resolve("half-" + written);
            Files.createDirectories(run);
            for (String name : starts.subList(0, written)) {
                Files.writeString(run.resolve(name), name.equals(".command") ? "pretrain" : "quick-vit");
            }
            Files.writeString(run.resolve(".writing-config.yaml"), "half");
            assertThatThrownBy(() -> Pretraining.resume(run, List.of(), List.of(), () -> false))
                    .isInstanceOf(BandpassException.class)
                    .hasMessageStartingWith(run + " has nothing to go on with: ")
                    .hasMessageEndingWith("; start it anew");
            assertThat(TinyRuns.vit(data, run).set("train.epochs=1").run().outcome())
                    .isEqualTo("done");
            assertThat(run.resolve(".init-from")).doesNotExist();
        }
    }

    /** A process was killed while {@code --overwrite} emptied a folder. */
    @Test
    void aHalfEmptiedRunIsEmptiedByTheNextOverwriting() throws IOException {
        Path run = temporary.resolve("emptied");
        TinyRuns.vit(data, run).set("train.epochs=1").run();
        Files.delete(run.resolve("config.yaml"));
        assertThatThrownBy(() -> Pretraining.resume(run, List.of(), List.of(), () -> false))
                .hasMessageStartingWith(run + " has nothing to go on with: ")
                .hasMessageEndingWith("; start it anew with `overwrite`");
        assertThatThrownBy(() -> TinyRuns.vit(data, run).run())
                .hasMessageStartingWith(run + " is not empty, ")
                .hasMessageEndingWith("use `overwrite` to start anew, or another `out`");
        assertThat(TinyRuns.vit(data, run)
                        .set("train.epochs=1")
                        .overwrite(true)
                        .run()
                        .outcome())
                .isEqualTo("done");
    }

    @Test
    void aRefusedResumeLeavesNoFailureAndNoneIsTakenAway() throws IOException {
        Path own = TinyRuns.images(temporary.resolve("own"), 16);
        Path run = temporary.resolve("refused");
        TinyRuns.vit(own, run).stopWhen(() -> true).run();
        TinyRuns.images(own, 24);
        Map<String, Long> before = files(run);
        assertThatThrownBy(() -> Pretraining.resume(run, List.of(), List.of(), () -> false))
                .hasMessageContaining("16 images");
        assertThat(files(run)).isEqualTo(before);

        Files.writeString(run.resolve("FAILED"), "the disk was full\n");
        Files.move(own, temporary.resolve("gone"));
        assertThatThrownBy(() -> Pretraining.resume(run, List.of(), List.of(), () -> false))
                .isInstanceOf(BandpassException.class);
        assertThat(run.resolve("FAILED")).hasContent("the disk was full");
    }

    /** The link of the best step was never made, and its folder would be pruned. */
    @Test
    void theBestClassifierIsThatOfTheBestStepWhereverAProcessWasKilled() throws IOException {
        Path run = temporary.resolve("best");
        int[] steps = {0};
        Finetuning.recipe("finetune-quick-vit")
                .weights(done)
                .data(data.toString())
                .set("train={epochs: 6, batch-size: 8, threads: 1, precision: fp32, log-every-steps: 1}")
                .set("validate.every-epochs=0.5")
                .set("checkpoint={every-steps: 1, keep: 2}")
                .set("data.workers=1")
                .out(run)
                .stopWhen(() -> ++steps[0] == 3)
                .run();
        Path link = run.resolve("checkpoints/best");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of("step-0"));
        RunSummary end = Finetuning.resume(run, List.of(), List.of(), () -> false);
        long step = (long) end.score("top1_best_step").orElseThrow();
        assertThat(Safetensors.readMetadata(run.resolve("weights/classifier-best.safetensors")))
                .containsEntry("step", Long.toString(step));
        assertThat(link.toRealPath()).hasFileName("step-" + step);
    }

    @Test
    void withoutItsSplitARunIsNotGoneOnWith() throws IOException {
        Path split = stopped.resolve("split.safetensors");
        byte[] whole = Files.readAllBytes(split);
        Files.delete(split);
        assertThatThrownBy(() -> resume(stopped))
                .isInstanceOf(BandpassException.class)
                .hasMessageStartingWith(split + " is not there, so the run cannot be gone on with");
        assertThat(split).doesNotExist();
        Files.write(split, whole);
    }

    @Test
    void withoutTheImagesThatItHeldOutARunIsNotGoneOnWith() throws IOException {
        Path own = TinyRuns.images(temporary.resolve("dwindling"), 16);
        Path run = temporary.resolve("dwindled");
        Finetuning.recipe("finetune-quick-vit")
                .weights(done)
                .data(own.toString())
                .set("train={epochs: 2, batch-size: 8, threads: 1, precision: fp32, log-every-steps: 1}")
                .set("data.workers=1")
                .out(run)
                .stopWhen(() -> true)
                .run();
        for (String kind : List.of("images-idx3-ubyte", "labels-idx1-ubyte")) {
            Files.delete(own.resolve("t10k-" + kind));
        }
        assertThatThrownBy(() -> resume(run))
                .isInstanceOf(BandpassException.class)
                .hasMessage(
                        "the images that the run held out are not there any more: a resumed run needs the same ones;"
                                + " start a new one");
        assertThat(run.resolve("FAILED")).doesNotExist();
    }

    /** As version 0.1.0 saved some. */
    @Test
    void aCheckpointThatIsNotFiniteIsNamed() throws IOException {
        Path run = temporary.resolve("infinite");
        TinyRuns.vit(data, run).stopWhen(() -> true).run();
        Path checkpoint = run.resolve("checkpoints/step-1");
        Path file = checkpoint.resolve("model.safetensors");
        try (TensorFile model = Safetensors.read(file)) {
            Map<String, Tensor> tensors = new TreeMap<>(model.all());
            Map.Entry<String, Tensor> first = tensors.entrySet().iterator().next();
            first.setValue(first.getValue().div(new Scalar(0.0)));
            Safetensors.write(file, tensors, Map.of());
        }
        assertThatThrownBy(() -> Pretraining.resume(run, List.of(), List.of(), () -> false))
                .isInstanceOf(BandpassException.class)
                .hasMessageStartingWith(checkpoint + " cannot be gone on with, as ")
                .hasMessageEndingWith(" in it is not finite; remove " + checkpoint
                        + " to resume from the checkpoint before it, or from the start");
    }

    @Test
    void anotherBlasThanBeforeIsSaid() throws IOException {
        Path run = temporary.resolve("elsewhere");
        TinyRuns.vit(data, run).stopWhen(() -> true).run();
        Path file = run.resolve("environment.json");
        Files.writeString(file, Files.readString(file).replaceFirst("\"blas\" : \"[^\"]*\"", "\"blas\" : \"another\""));
        List<String> notices = new ArrayList<>();
        Pretraining.resume(
                run,
                List.of(),
                List.of(new TrainingListener() {
                    @Override
                    public void onNotice(String sentence) {
                        notices.add(sentence);
                    }
                }),
                () -> true);
        assertThat(notices)
                .anyMatch(sentence -> sentence.startsWith(
                        "this session computes with another BLAS than the one before (another then, "));
    }
}

package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.EncoderDescription;
import io.bandpass.config.Recipes;
import io.bandpass.config.RunConfig;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.replay.Replay;
import io.bandpass.run.RunSession.RunCallbacks;
import io.bandpass.testing.ChildProcess;
import io.bandpass.testing.RunFiles;
import io.bandpass.testing.TinyRuns;
import io.bandpass.testing.colour.ColourKind;
import io.bandpass.weights.EncoderWeights;
import io.bandpass.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every kind of training, also of one that only tests have. */
final class RunKindContractTest {
    private static final List<String> SETTINGS = List.of(
            "encoder={type: resnet, image-size: 16, block: basic, stages: [1], widths: [8], bottleneck-widths: [], stem-width: 8,"
                    + " stem-kernel: 3, stem-stride: 1, max-pool: false}",
            "train={epochs: 3, batch-size: 8, threads: 1, precision: fp32, log-every-steps: 1}",
            "optimizer={type: adamw, learning-rate: 0.001}",
            "data.workers=1",
            "checkpoint.every-steps=1");

    private static final List<String> SEGMENTATION = List.of(
            "train.steps=none",
            "schedule={type: cosine, warmup-steps: none, warmup-epochs: 1}",
            "head={width: 8, auxiliary-width: 8}",
            "augment.resize=[]",
            "validate={resize: [], every-steps: 2}");

    @TempDir
    private Path temporary;

    static List<RunKind<?>> kinds() {
        List<RunKind<?>> kinds = new ArrayList<>(RunKinds.ALL);
        kinds.add(new ColourKind());
        return kinds;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void killedAfterThreeStepsAndResumedIsAsNeverStopped(RunKind<?> kind) throws Exception {
        Path data = data(kind);
        Path whole = temporary.resolve("whole");
        assertThat(start(kind, data, whole, List.of(), new TrainingListener() {})
                        .outcome())
                .isEqualTo("done");

        Path broken = temporary.resolve("broken");
        List<String> arguments = List.of(kind.command(), data.toString(), broken.toString());
        try (ChildProcess child = new ChildProcess(temporary.resolve("child.txt"), Killed.class.getName(), arguments)) {
            assertThat(child.exitCode()).isEqualTo(Killed.CODE);
        }
        assertThat(broken.resolve("DONE")).doesNotExist();
        assertThat(resume(kind, broken).outcome()).isEqualTo("done");

        assertThat(RunFiles.metrics(broken))
                .as(RunFiles.difference(broken, whole))
                .isEqualTo(RunFiles.metrics(whole));
        try (Stream<Path> files = Files.list(whole.resolve("weights"))) {
            assertThat(files.toList())
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(broken.resolve("weights").resolve(file.getFileName()))
                            .hasSameBinaryContentAs(file));
        }
    }

    /** A process that is gone at once when the checkpoint of the third step is there. */
    public static final class Killed {
        private static final int CODE = 99;

        private Killed() {}

        public static void main(String[] arguments) throws IOException {
            RunKind<?> kind = kinds().stream()
                    .filter(each -> each.command().equals(arguments[0]))
                    .findFirst()
                    .orElseThrow();
            start(kind, Path.of(arguments[1]), Path.of(arguments[2]), List.of(), new TrainingListener() {
                @Override
                public void onCheckpoint(long step, Path folder) {
                    if (step == 3) {
                        Runtime.getRuntime().halt(CODE);
                    }
                }
            });
        }
    }

    /** The batch of a bundle, with the weights that a sound run had before the same step, gives the loss of that run. */
    @ParameterizedTest
    @MethodSource("kinds")
    void theBatchOfASkippedStepIsReplayed(RunKind<?> kind) throws Exception {
        Path data = data(kind);
        Path sound = temporary.resolve("sound");
        start(kind, data, sound, List.of("checkpoint.keep=6"), new TrainingListener() {});
        Path diverged = temporary.resolve("diverged");
        List<String> tooFast = List.of("optimizer.learning-rate=1e30");
        assertThatThrownBy(() -> start(kind, data, diverged, tooFast, new TrainingListener() {}))
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("diverged");

        Path bundle;
        try (Stream<Path> bundles = Files.list(diverged.resolve("replay"))) {
            bundle = bundles.sorted().findFirst().orElseThrow();
        }
        Replay.Step skipped = replay(kind, bundle.resolve("state.safetensors"), bundle);
        assertThat(Double.isFinite(skipped.loss()) && Double.isFinite(skipped.gradNorm()))
                .isFalse();
        long step = skipped.step();
        Path before = sound.resolve("checkpoints/step-" + step + "/model.safetensors");
        double loss = RunFiles.metrics(sound).stream()
                .filter(row -> row.has("loss") && row.get("step").asLong() == step + 1)
                .findFirst()
                .orElseThrow()
                .get("loss")
                .asDouble();
        assertThat(replay(kind, before, bundle).loss()).isEqualTo(loss);
    }

    private static <C extends Record & RunConfig> Replay.Step replay(RunKind<C> kind, Path state, Path bundle)
            throws IOException {
        return Replay.of(
                        state,
                        bundle.resolve("batches.safetensors"),
                        bundle.resolve("config.yaml").toString())
                .run(kind)
                .get(0);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void weightsAreOpenedAndTheReportAndTheFolderSayWhatRan(RunKind<?> kind) throws Exception {
        Path data = data(kind);
        Path run = temporary.resolve("run");
        RunSummary summary = start(kind, data, run, List.of("train.epochs=1"), new TrainingListener() {});

        try (EncoderWeights encoder = EncoderWeights.open(run)) {
            assertThat(encoder.encoder().config())
                    .isEqualTo(config(kind, data, List.of()).encoder());
        }
        try (WeightsFile file = WeightsFile.ofEncoder(run)) {
            assertThat(file.origin().data().paths()).as("the images of its run").containsExactly(data.toString());
            assertThat(file.metadata()).as("which of them it was trained on").containsKey("splits");
        }
        assertThat(run.resolve("report.html")).content().contains("<html", "contract");
        assertThat(Files.readString(run.resolve(".command"))).isEqualTo(kind.command());
        assertThat(NextSteps.lastWords(kind, run, summary))
                .anyMatch(line -> line.startsWith("weights     "))
                .contains("  tensorboard --logdir " + run);
        Path next = temporary.resolve("next");
        assertThat(begin(kind, data, next, run).outcome()).isEqualTo("done");
        assertThat(Files.readString(next.resolve(".init-from"))).isEqualTo(run.toString());
    }

    private Path data(RunKind<?> kind) throws IOException {
        Path folder = temporary.resolve("data");
        return kind == RunKinds.SEGMENTATION ? TinyRuns.scenes(folder, 16) : TinyRuns.images(folder, 16);
    }

    private static <C extends Record & RunConfig> RunSummary start(
            RunKind<C> kind, Path data, Path out, List<String> settings, TrainingListener listener) throws IOException {
        return RunSession.start(
                kind,
                config(kind, data, settings),
                "contract",
                out,
                false,
                Optional.empty(),
                new RunCallbacks(List.of(listener), () -> false));
    }

    private static <C extends Record & RunConfig> RunSummary begin(RunKind<C> kind, Path data, Path out, Path weights)
            throws IOException {
        return RunSession.start(
                kind,
                config(kind, data, List.of()),
                "contract",
                out,
                false,
                Optional.of(weights),
                new RunCallbacks(List.of(), () -> false));
    }

    private static <C extends Record & RunConfig> RunSummary resume(RunKind<C> kind, Path out) throws IOException {
        return RunSession.resume(kind, out, List.of(), new RunCallbacks(List.of(), () -> false));
    }

    private static <C extends Record & RunConfig> C config(RunKind<C> kind, Path data, List<String> settings) {
        ConfigBuilder<C> builder = ConfigBuilder.of(kind.config());
        if (kind.takesEncoder()) {
            builder.pretrained(
                    EncoderDescription.of(Recipes.load("quick-resnet").build()), "the encoder");
        }
        SETTINGS.forEach(builder::set);
        if (kind == RunKinds.SEGMENTATION) {
            SEGMENTATION.forEach(builder::set);
        }
        settings.forEach(builder::set);
        return builder.dataPaths(List.of(data.toString())).build();
    }
}

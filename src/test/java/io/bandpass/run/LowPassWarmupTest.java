package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.BandpassException;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.metrics.RunFacts;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.replay.Replay;
import io.bandpass.testing.RunFiles;
import io.bandpass.testing.TinyRuns;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of 15 steps, 5 an epoch, in which the probability of low-pass masks grows. */
final class LowPassWarmupTest {
    /** Ends with step 6, in the middle of the second epoch. */
    private static final List<String> WARMUP =
            List.of("mask.lowpass-probability=0.9", "mask.lowpass-warmup-epochs=1.2");

    @TempDir
    Path temporary;

    private final List<String> notices = new ArrayList<>();
    private final Map<String, String> facts = new TreeMap<>();
    private Path data = Path.of("");

    @BeforeEach
    void images() throws IOException {
        data = TinyRuns.images(temporary.resolve("data"), 40);
    }

    private Pretraining run(Path out, String... settings) {
        List<String> all = new ArrayList<>(TinyRuns.vit());
        all.add("checkpoint.every-steps=100");
        all.addAll(WARMUP);
        all.addAll(List.of(settings));
        return TinyRuns.of("quick-vit", all, data, out).listener(new TrainingListener() {
            @Override
            public void onNotice(String sentence) {
                notices.add(sentence);
            }

            @Override
            public void onStart(RunFacts given) {
                facts.putAll(given.lines());
            }
        });
    }

    @Test
    void stoppedWithinTheWarmupAndResumedIsAsNeverStopped() throws IOException {
        Path whole = temporary.resolve("whole");
        run(whole).run();
        Path broken = temporary.resolve("broken");
        int[] steps = {0};
        run(broken, "data.workers=3").stopWhen(() -> ++steps[0] == 3).run();
        Pretraining.resume(broken, List.of(), List.of(), () -> ++steps[0] == 7);
        Pretraining.resume(broken, List.of(), List.of(), () -> false);

        assertThat(RunFiles.metrics(broken)).isEqualTo(RunFiles.metrics(whole));
        assertThat(RunFiles.weights(broken)).isEqualTo(RunFiles.weights(whole));
    }

    /** Step 0 has high-pass images only, whatever the probability will be. */
    @Test
    void theFirstStepIsThatOfARunWithoutLowPassImages() throws IOException {
        run(temporary.resolve("grown")).run();
        run(temporary.resolve("none"), "mask.lowpass-probability=0", "mask.lowpass-warmup-epochs=0")
                .run();
        List<Double> grown = losses(temporary.resolve("grown"));
        List<Double> none = losses(temporary.resolve("none"));
        assertThat(grown).hasSize(15).hasSameSizeAs(none);
        assertThat(grown.get(0)).isEqualTo(none.get(0));
        assertThat(grown.get(14)).isNotEqualTo(none.get(14));
    }

    private static List<Double> losses(Path run) throws IOException {
        return RunFiles.metrics(run).stream()
                .filter(row -> row.has("loss"))
                .map(row -> row.get("loss").asDouble())
                .toList();
    }

    @Test
    void theWarmupIsSaidAtTheStartAndAtItsEnd() throws IOException {
        run(temporary.resolve("run")).run();
        assertThat(notices)
                .filteredOn(sentence -> sentence.contains("warm-up of low-pass masks"))
                .containsExactly("the warm-up of low-pass masks has ended: their probability is 0.9");
        assertThat(facts.get("task")).endsWith("low-pass with probability from 0.0 to 0.9 over the first 1.2 epochs");
    }

    /** Losses of the warm-up are those of other masks: here they are lower, as low frequencies are strong. */
    @Test
    void withoutLabelsTheBestCheckpointIsOneAfterTheWarmup() throws IOException {
        data = TinyRuns.unlabelledImages(temporary.resolve("unlabelled"), 40);
        Path run = temporary.resolve("run");
        run(
                        run,
                        "optimizer.learning-rate=1.0e-12",
                        "mask.lowpass-warmup-probability=1",
                        "mask.lowpass-probability=0",
                        "checkpoint.every-steps=5")
                .run();
        assertThat(losses(run).get(0)).isLessThan(losses(run).get(14));
        String best = Files.readString(run.resolve("checkpoints/best/state.json"));
        Matcher step = Pattern.compile("\"step\" : (\\d+)").matcher(best);
        assertThat(step.find()).isTrue();
        assertThat(Long.parseLong(step.group(1))).isGreaterThan(6);
    }

    @Test
    void aSkippedStepIsReplayedWithItsOwnMasks() throws IOException {
        Path sound = temporary.resolve("sound");
        run(sound, "checkpoint.every-steps=1", "checkpoint.keep=16").run();
        Path diverged = temporary.resolve("diverged");
        assertThatThrownBy(() -> run(diverged, "optimizer.learning-rate=1e30", "schedule.warmup-learning-rate=1e30")
                        .run())
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("diverged");
        List<Path> bundles;
        try (Stream<Path> files = Files.list(diverged.resolve("replay"))) {
            bundles = files.sorted().toList();
        }
        assertThat(bundles).hasSize(3);
        for (Path bundle : bundles) {
            try (PointerScope scope = new PointerScope();
                    TensorFile file = Safetensors.read(bundle.resolve("batches.safetensors"))) {
                long step = file.get("step").item_long();
                double[] indices = Tensors.toDoubles(file.get("indices"));
                double[] isLow = Tensors.toDoubles(file.get("is_low"));
                for (int i = 0; i < indices.length; i++) {
                    double drawn = KeyedRandom.of(0, Purpose.MASK, step / 5, (long) indices[i])
                            .nextDouble();
                    assertThat(isLow[i]).isEqualTo(drawn < 0.9 * step / 6 ? 1 : 0);
                }
                Replay.Step replayed = Replay.of(
                                sound.resolve("checkpoints/step-" + step + "/model.safetensors"),
                                bundle.resolve("batches.safetensors"),
                                bundle.resolve("config.yaml").toString())
                        .run()
                        .get(0);
                assertThat(replayed.step()).isEqualTo(step);
                assertThat(replayed.loss()).isEqualTo(losses(sound).get((int) step));
            }
        }
    }

    @Test
    void aWarmupThatTheRunDoesNotFinishIsRefused() {
        assertThatThrownBy(() -> run(temporary.resolve("run"), "mask.lowpass-warmup-epochs=3.5")
                        .run())
                .hasMessage("mask.lowpass-warmup-epochs is 3.5, but must be at most train.epochs 3, or"
                        + " mask.lowpass-probability is never reached");
        assertThatThrownBy(() -> run(temporary.resolve("run"), "train.steps=5").run())
                .hasMessage("mask.lowpass-warmup-epochs is 1.2, where an epoch has 5 steps, but the run has 5:"
                        + " mask.lowpass-probability would never be reached");
    }
}

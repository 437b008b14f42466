package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.BandpassException;
import io.bandpass.config.ReconstructConfig;
import io.bandpass.inference.PretrainedEncoder;
import io.bandpass.inference.Reconstruction;
import io.bandpass.metrics.RunFacts;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.testing.RunFiles;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of 15 steps whose images grow from 8 to 16 px after 7 of them. */
final class CurriculumRunTest {
    private static final int BOUNDARY = 7;
    private static final String CURRICULUM = "curriculum={start-epochs: [0, 1.5], image-sizes: [8, 16]}";

    @TempDir
    Path temporary;

    private final Notices notices = new Notices();
    private Path data = Path.of("");

    /** What a run has said. */
    private static final class Notices implements TrainingListener {
        private final List<String> sentences = new ArrayList<>();
        private final Map<String, String> facts = new TreeMap<>();

        @Override
        public void onNotice(String sentence) {
            sentences.add(sentence);
        }

        @Override
        public void onStart(RunFacts given) {
            facts.putAll(given.lines());
        }
    }

    @BeforeEach
    void images() throws IOException {
        data = TinyRuns.images(temporary.resolve("data"), 40);
    }

    private Pretraining run(String recipe, Path out, String... settings) {
        List<String> all = new ArrayList<>(recipe.equals("quick-resnet") ? TinyRuns.resnet() : TinyRuns.vit());
        all.add(CURRICULUM);
        all.add("checkpoint.every-steps=100");
        all.addAll(List.of(settings));
        return TinyRuns.of(recipe, all, data, out).listener(notices);
    }

    @ParameterizedTest
    @ValueSource(strings = {"quick-vit", "quick-resnet", "quick-mae"})
    void stoppedAnywhereAndResumedIsAsNeverStopped(String recipe) throws IOException {
        Path whole = temporary.resolve("whole");
        run(recipe, whole).run();
        // Within the first stage, where the second one begins, and within that.
        Path broken = temporary.resolve("broken");
        int[] steps = {0};
        run(recipe, broken).stopWhen(() -> ++steps[0] == 3).run();
        for (int stop : new int[] {BOUNDARY, 10}) {
            Pretraining.resume(broken, List.of(), List.of(), () -> ++steps[0] == stop);
        }
        assertThat(RunFiles.metrics(broken)).isNotEqualTo(RunFiles.metrics(whole));
        Pretraining.resume(broken, List.of(), List.of(), () -> false);

        assertThat(RunFiles.metrics(broken)).isEqualTo(RunFiles.metrics(whole));
        assertThat(RunFiles.weights(broken)).isEqualTo(RunFiles.weights(whole));
    }

    /** The losses of smaller images may be lower, and say nothing about larger ones. */
    @Test
    void withoutLabelsTheBestCheckpointIsOfTheLastStage() throws IOException {
        data = TinyRuns.unlabelledImages(temporary.resolve("unlabelled"), 40);
        Path run = temporary.resolve("run");
        run("quick-vit", run, "optimizer.learning-rate=1.0e-12", "mask.radius=2")
                .run();
        String best = Files.readString(run.resolve("checkpoints/best/state.json"));
        Matcher step = Pattern.compile("\"step\" : (\\d+)").matcher(best);
        assertThat(step.find()).isTrue();
        assertThat(Long.parseLong(step.group(1))).isGreaterThan(BOUNDARY);
    }

    @Test
    void eachStageIsSaidOnceAndAllOfThemAtTheStart() throws IOException {
        run("quick-vit", temporary.resolve("run"), "mask.radius=2").run();
        assertThat(notices.sentences)
                .filteredOn(sentence -> sentence.contains("curriculum"))
                .containsExactly(
                        "stage 1 of 2 of the curriculum begins: images of 8 px, circle of radius 1 (1 of 64 bins)",
                        "stage 2 of 2 of the curriculum begins: images of 16 px, circle of radius 2 (9 of 256 bins)");
        assertThat(notices.facts)
                .containsEntry(
                        "curriculum",
                        "8 px, circle of radius 1 (1 of 64 bins) from epoch 0.0 (step 0);"
                                + " 16 px, circle of radius 2 (9 of 256 bins) from epoch 1.5 (step 7)");
        assertThat(temporary.resolve("run/config.resolved.yaml"))
                .content()
                .containsPattern("radii:\\s+(- 1.0\\s+- 2.0|\\[1.0, 2.0\\])");
    }

    @Test
    void theFirstStepsAreThoseOfTheSmallImages() throws IOException {
        Path grown = temporary.resolve("grown");
        run("quick-vit", grown).run();
        Path plain = temporary.resolve("plain");
        TinyRuns.vit(data, plain).run();
        assertThat(losses(grown)).hasSameSizeAs(losses(plain));
        assertThat(losses(grown).get(0)).isPositive().isNotEqualTo(losses(plain).get(0));
    }

    private static List<Double> losses(Path run) throws IOException {
        return RunFiles.metrics(run).stream()
                .filter(row -> row.has("loss"))
                .map(row -> row.get("loss").asDouble())
                .toList();
    }

    @Test
    void weightsAndPicturesAreOfTheFullSize() throws IOException {
        Path out = temporary.resolve("run");
        run("quick-vit", out, "evaluate.samples-every-steps=5", "mask.radius=2").run();
        assertThat(out.resolve("samples/step-5.png")).isRegularFile();
        try (PretrainedEncoder encoder = PretrainedEncoder.open(out.resolve("weights/encoder.safetensors"))) {
            assertThat(encoder.imageSize()).isEqualTo(TinyRuns.SIZE);
        }
        // The radii of the stages mean nothing to a picture, so another one for it is none of their business.
        try (Reconstruction model =
                Reconstruction.open(out, ReconstructConfig.DEFAULT.withRadius(3), "cpu", OptionalInt.of(1))) {
            Path picture = temporary.resolve("picture.png");
            assertThat(model.draw(List.of(data.toString()), picture, 1).pictures())
                    .isNotEmpty();
        }
    }

    @Test
    void aRunThatIsTooShortForItsStagesIsRefused() {
        assertThatThrownBy(() -> run("quick-vit", temporary.resolve("run"), "train.epochs=1")
                        .run())
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("curriculum.start-epochs")
                .hasMessageContaining("train.epochs 1");
        assertThat(Files.exists(temporary.resolve("run"))).isFalse();
    }
}

package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.AuthorsFile;
import io.bandpass.testing.Golden;
import io.bandpass.testing.GoldenSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code replay} from a checkpoint of the authors in the middle of their run. */
final class ReplayCommandTest {
    private static final Path CHECKPOINT = Golden.path("official_ckpt.pth");

    @TempDir
    Path temporary;

    private Path batches = Path.of("");
    private Path recipe = Path.of("");

    /** Theirs: 10 epochs of 5 steps, 2 of warm-up, rates for a batch of 2048. */
    @BeforeEach
    void files() throws IOException {
        batches = GoldenSteps.batches(temporary.resolve("batches.safetensors"), 3);
        recipe = temporary.resolve("recipe.yaml");
        Files.writeString(recipe, GoldenSteps.RECIPE + """
                schedule: {type: cosine, warmup-epochs: 2, warmup-learning-rate: 1.0e-6, min-learning-rate: 1.0e-5}
                train: {epochs: 10, precision: fp32, threads: 1}
                """);
    }

    private Said replay(Path state, Object... more) {
        List<Object> arguments = new ArrayList<>(
                List.of("replay", "--state", state, "--batches", batches, "--recipe", recipe, "--steps-per-epoch", 5));
        arguments.addAll(List.of(more));
        return Said.by(arguments.toArray());
    }

    @Test
    void goesOnAsTheAuthorsProgramDidAfterItsResume() throws IOException {
        Path out = temporary.resolve("losses.json");
        Said said = replay(CHECKPOINT, "--optimizer-state", "--out", out);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out())
                .contains("optimizer: moments and number of updates are those of " + CHECKPOINT)
                .contains("step 5  loss 0.299653");
        JsonNode expected = Golden.json("info").get("official_ckpt").get("continuation_after_resume_loss_and_lr");
        JsonNode written = new ObjectMapper().readTree(out.toFile());
        assertThat(written).hasSize(3);
        for (int i = 0; i < 3; i++) {
            double loss = expected.get(i).get(0).asDouble();
            assertThat(written.get(i).get("step").asInt()).isEqualTo(5 + i);
            assertThat(written.get(i).get("loss").asDouble()).isCloseTo(loss, within(1e-5 * loss));
            assertThat(written.get(i).get("learning_rate").asDouble())
                    .isEqualTo(expected.get(i).get(1).asDouble());
        }
    }

    @Test
    void withoutTheMomentsItIsAnotherRun() throws IOException {
        Path out = temporary.resolve("losses.json");
        Said said = replay(CHECKPOINT, "--out", out);
        assertThat(said.out())
                .contains("optimizer: starts anew, without moments")
                .contains("step 0  loss 0.299653");
        JsonNode expected = Golden.json("info").get("official_ckpt").get("continuation_after_resume_loss_and_lr");
        JsonNode third = new ObjectMapper().readTree(out.toFile()).get(2);
        double theirs = expected.get(2).get(0).asDouble();
        assertThat(third.get("loss").asDouble()).isNotCloseTo(theirs, within(1e-3 * theirs));
    }

    @Test
    void filesWithoutAnOptimizerAreRefused() throws IOException {
        Path safetensors = temporary.resolve("state.safetensors");
        Path bare = temporary.resolve("bare.pth");
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("vit_tiny")) {
            Map<String, Tensor> state = GoldenSteps.state(golden);
            Safetensors.write(safetensors, state, Map.of());
            AuthorsFile.write(bare, state, AuthorsFile.settings(Map.of()));
        }
        assertRefused(
                replay(safetensors, "--optimizer-state"),
                "state.safetensors is safetensors, which holds no state of an optimizer; give a PyTorch file");
        assertRefused(
                replay(bare, "--optimizer-state"),
                "bare.pth holds no state of an optimizer: there is no key optimizer in it");
    }

    @Test
    void aBundleThatIsNotThereIsNamed() {
        Path bundle = temporary.resolve("replay/step-120");
        Said said = Said.by("replay", "--bundle", bundle);
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.error()).contains("there is no bundle " + bundle + ": a run leaves one for each step");
    }

    private static void assertRefused(Said said, String sentence) {
        assertThat(said.error()).startsWith("bandpass: ").contains(sentence).doesNotContain("\tat ");
        assertThat(said.error().lines()).hasSize(1);
        assertThat(said.exitCode()).isEqualTo(3);
    }
}

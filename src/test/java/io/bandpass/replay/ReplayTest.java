package io.bandpass.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.BandpassException;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.testing.GoldenSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The authors' three golden steps, through files in the authors' names. */
final class ReplayTest {
    private static final int STEPS = 3;

    @TempDir
    Path temporary;

    private Path state = Path.of("");
    private Path batches = Path.of("");
    private Path recipe = Path.of("");

    @BeforeEach
    void files() throws IOException {
        state = temporary.resolve("state.safetensors");
        batches = temporary.resolve("batches.safetensors");
        recipe = temporary.resolve("recipe.yaml");
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("vit_tiny")) {
            Map<String, Tensor> authors = GoldenSteps.state(golden);
            assertThat(authors).containsKey("encoder.blocks.0.attn.q_bias");
            Safetensors.write(state, authors, Map.of());
        }
        GoldenSteps.batches(batches, STEPS);
        Files.writeString(recipe, GoldenSteps.RECIPE + """
                schedule: {type: constant, warmup-epochs: 0}
                train: {epochs: 1, precision: fp32, threads: 1}
                """);
    }

    @ParameterizedTest
    @CsvSource({"adamw, 3.0, adamw, 1.2e-3", "adamw_clip0.05, 0.05, adamw, 1.2e-3", "sgd, 3.0, sgd, 0.1"})
    void lossesAndGradientNormsAreTheAuthors(String run, double clip, String type, double rate) throws IOException {
        Path out = temporary.resolve("losses.json");
        Replay.of(state, batches, recipe.toString())
                .set("optimizer.clip=" + clip)
                .set("optimizer.type=" + type)
                .set("optimizer.learning-rate=" + rate)
                .run(out);

        JsonNode written = new ObjectMapper().readTree(out.toFile());
        JsonNode expected = Golden.json("optimizer").get(run);
        expected = expected.has("steps") ? expected.get("steps") : expected;
        assertThat(written).hasSize(STEPS);
        for (int i = 0; i < STEPS; i++) {
            double loss = expected.get(i).get("loss_before").asDouble();
            double norm = expected.get(i).get("grad_norm").asDouble();
            assertThat(written.get(i).get("step").asInt()).isEqualTo(i);
            assertThat(written.get(i).get("loss").asDouble()).isCloseTo(loss, within(1e-5 * loss));
            assertThat(written.get(i).get("grad_norm").asDouble()).isCloseTo(norm, within(1e-4 * norm));
        }
    }

    @Test
    void partsOfABatchAddUp() throws IOException {
        List<Replay.Step> whole = Replay.of(state, batches, recipe.toString()).run();
        List<Replay.Step> parts = Replay.of(state, batches, recipe.toString())
                .set("train.micro-batch-size=1")
                .run();
        for (int i = 0; i < STEPS; i++) {
            assertThat(parts.get(i).loss()).isCloseTo(whole.get(i).loss(), within(1e-5));
            assertThat(parts.get(i).gradNorm()).isCloseTo(whole.get(i).gradNorm(), within(1e-4));
        }
    }

    @Test
    void whatDoesNotSayWhatHappensToEachImageIsRefused() throws IOException {
        GoldenSteps.batches(batches, STEPS, "indices", 3, 8);
        Path incomplete = temporary.resolve("incomplete.safetensors");
        try (PointerScope scope = new PointerScope();
                TensorFile file = Safetensors.read(batches)) {
            Map<String, Tensor> tensors = new LinkedHashMap<>(file.all());
            Tensor epoch = tensors.remove("epoch");
            Safetensors.write(incomplete, tensors, Map.of());
            assertRefused(incomplete, "has no epoch: it does not say what happens to its images");
            tensors.put("indices", epoch);
            Safetensors.write(incomplete, tensors, Map.of());
            assertRefused(incomplete, "indices has the shape [3], which does not go with images_u8");
        }
    }

    private void assertRefused(Path file, String sentence) {
        assertThatThrownBy(() -> Replay.of(state, file, recipe.toString()).run())
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void anyTaskIsReplayedFromEpochAndIndices() throws IOException {
        GoldenSteps.batches(batches, STEPS, "indices", 3, 8);
        List<Replay.Step> steps = Replay.of(state, batches, recipe.toString())
                .set("task.type=denoise")
                .run();
        assertThat(steps).hasSize(STEPS).allSatisfy(step -> {
            assertThat(step.loss()).isPositive().isFinite();
            assertThat(step.gradNorm()).isPositive().isFinite();
        });
        assertThat(steps.get(2).loss()).isLessThan(steps.get(0).loss());
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        assertThatThrownBy(() -> Replay.of(state, batches, recipe.toString())
                        .set("task.type=denoise")
                        .run())
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("has no indices: it does not say what happens to its images");
        assertThatThrownBy(() -> Replay.of(state, batches, recipe.toString())
                        .set("encoder.image-size=64")
                        .run())
                .hasMessageContaining("images_u8 must be uint8 of the shape (steps, N, 3, 64, 64)");
        assertThatThrownBy(() -> Replay.of(batches, batches, recipe.toString()).run())
                .isInstanceOf(BandpassException.class)
                .satisfies(
                        error -> assertThat(((BandpassException) error).kind()).isEqualTo(BandpassException.Kind.DATA));
    }
}

package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.metrics.RunSummary;
import io.bandpass.testing.Images;
import io.bandpass.testing.RunFiles;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs of tasks other than Masked Frequency Modeling. */
final class OtherTasksTest {
    @TempDir
    private Path temporary;

    /** Pictures with two gradients, of which what is hidden can be told from what is seen. */
    private Path pictures() {
        Path folder = temporary.resolve("pictures");
        for (int i = 0; i < 40; i++) {
            Images.write(folder.resolve(i + ".png"), i, 24, 24);
        }
        return folder;
    }

    @ParameterizedTest
    @CsvSource({
        "quick-simmim, SimMIM, mask_token, 10 of 16 blocks of 4 px masked",
        "quick-mae, masked autoencoder, decoder.mask_token, 12 of 16 patches of 4 px masked"
    })
    void aRunLearnsAndSaysWhatItDoes(String recipe, String name, String token, String line) throws IOException {
        Path out = temporary.resolve("run");
        RunSummary summary = TinyRuns.of(recipe, TinyRuns.vit(), pictures(), out)
                .set("train.epochs=40")
                .set("optimizer.learning-rate=0.003")
                .run();

        assertThat(summary.outcome()).isEqualTo("done");
        List<Double> losses = losses(out);
        assertThat(mean(losses.subList(losses.size() - 20, losses.size())))
                .isLessThan(0.9 * mean(losses.subList(0, 20)));
        assertThat(Files.readString(out.resolve("train.log"))).contains(line);
        assertThat(Files.readString(out.resolve("report.html")))
                .contains("Pre-training by", name, line)
                .doesNotContain("frequency modeling")
                .doesNotContain("mask's circle");
        try (TensorFile encoder = Safetensors.read(out.resolve("weights/encoder.safetensors"));
                TensorFile full = Safetensors.read(out.resolve("weights/full.safetensors"))) {
            assertThat(encoder.names()).noneMatch(each -> each.contains("mask"));
            assertThat(full.names()).contains(token);
        }
    }

    private static List<Double> losses(Path run) throws IOException {
        return RunFiles.metrics(run).stream()
                .filter(row -> row.has("loss"))
                .map(row -> row.get("loss").asDouble())
                .toList();
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"quick-simmim", "quick-mae"})
    void accumulatedMicroBatchesGiveTheLossOfTheWholeBatch(String recipe) throws IOException {
        Path data = TinyRuns.images(temporary.resolve("data"), 48);
        Path whole = temporary.resolve("whole");
        Path parts = temporary.resolve("parts");
        for (Path out : List.of(whole, parts)) {
            TinyRuns.of(recipe, TinyRuns.vit(), data, out)
                    .set("encoder.drop-path=0")
                    .set("train.batch-size=16")
                    .set("train.micro-batch-size=" + (out.equals(whole) ? 16 : 5))
                    .run();
        }
        List<JsonNode> expected = steps(whole);
        List<JsonNode> found = steps(parts);
        assertThat(found).hasSameSizeAs(expected).isNotEmpty();
        for (int i = 0; i < expected.size(); i++) {
            for (String key : List.of("loss", "grad_norm")) {
                double value = expected.get(i).get(key).asDouble();
                assertThat(found.get(i).get(key).asDouble()).isCloseTo(value, within(1e-4 * value));
            }
        }
    }

    private static List<JsonNode> steps(Path run) throws IOException {
        return RunFiles.metrics(run).stream().filter(row -> row.has("loss")).toList();
    }

    @Test
    void aResNetLearnsWithoutTokens() throws IOException {
        Path out = temporary.resolve("run");
        TinyRuns.of("quick-resnet", TinyRuns.resnet(), pictures(), out)
                .set("task={type: simmim, block-size: 4}")
                .set("train.epochs=40")
                .set("optimizer.learning-rate=0.003")
                .run();
        List<Double> losses = losses(out);
        assertThat(mean(losses.subList(losses.size() - 20, losses.size())))
                .isLessThan(0.9 * mean(losses.subList(0, 20)));
    }
}

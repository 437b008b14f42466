package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.testing.TinyRuns;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What benchmarks write; never how fast it was. */
final class BenchCommandTest {
    private static final String[] COMMON = {
        "benchmark",
        "images_per_second",
        "images_per_second_rounds",
        "rounds",
        "recipe",
        "batch_size",
        "image_size",
        "blas",
        "vector_instructions",
        "version",
        "java",
        "processor",
        "date",
        "peak_rss_bytes",
        "native_bytes",
        "resident_bytes_rounds"
    };

    @TempDir
    Path folder;

    private Path tiny() throws Exception {
        return Files.writeString(folder.resolve("tiny.yaml"), TinyRuns.recipe());
    }

    private JsonNode bench(String what, Object... more) throws Exception {
        JsonNode figures = benchOf(tiny().toString(), what, more);
        assertThat(figures.path("recipe").asText()).isEqualTo("tiny");
        return figures;
    }

    private JsonNode benchOf(String recipe, String what, Object... more) throws Exception {
        Path json = folder.resolve(what + ".json");
        List<Object> arguments = new ArrayList<>(List.of("bench", what, "--recipe", recipe, "--json", json));
        arguments.addAll(List.of("--rounds", 2, "--seconds", 0.05));
        arguments.addAll(List.of(more));
        Said said = Said.by(arguments.toArray());
        assertThat(said.error()).isEmpty();
        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).contains("round 2 of 2: ").contains("images_per_second ");
        JsonNode figures = new ObjectMapper().readTree(json.toFile());
        assertThat(figures.fieldNames()).toIterable().contains(COMMON);
        assertThat(figures.path("benchmark").asText()).isEqualTo(what);
        assertThat(figures.path("rounds").asInt()).isEqualTo(2);
        assertThat(figures.path("images_per_second_rounds"))
                .hasSize(2)
                .allSatisfy(rate -> assertThat(rate.asDouble()).isPositive());
        assertThat(figures.path("resident_bytes_rounds")).hasSize(2);
        assertThat(figures.path("peak_rss_bytes").asLong())
                .isGreaterThanOrEqualTo(figures.path("native_bytes").asLong());
        return figures;
    }

    private static List<Double> numbers(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false)
                .map(JsonNode::asDouble)
                .toList();
    }

    @Test
    void stepsOnSyntheticImagesDoNotWait() throws Exception {
        JsonNode figures = bench("step");
        assertThat(figures.path("phases").fieldNames())
                .toIterable()
                .containsExactly("data_wait", "corrupt", "forward", "loss", "backward", "clip", "optimizer", "other");
        List<Double> shares = numbers(figures.path("phases"));
        assertThat(shares).allSatisfy(share -> assertThat(share).isBetween(-1e-9, 1.0));
        assertThat(shares.stream().mapToDouble(Double::doubleValue).sum()).isCloseTo(1, within(1e-9));
        assertThat(figures.path("phases").path("data_wait").asDouble()).isZero();
        assertThat(figures.path("phases").path("backward").asDouble()).isPositive();
        assertThat(figures.path("batch_size").asInt()).isEqualTo(8);
        assertThat(figures.path("threads").asInt()).isEqualTo(1);
        assertThat(figures.path("precision").asText()).isEqualTo("fp32");
    }

    @Test
    void theShareOfTheMachinesRateIsThatOfTheFigures() throws Exception {
        JsonNode figures = bench("step");
        // 16 px, patch 4, width 16, depth 1, MLP ratio 4: 16 patches and 17 tokens, and the decoder of 16 * 48 a cell.
        long encoder = 16 * 48 * 16 + 17 * 12 * 16 * 16 + 2 * 17 * 17 * 16;
        long decoder = 16 * 16 * 48;
        double rate =
                2 * 3 * (encoder + decoder) * figures.path("images_per_second").asDouble() / 1e9;
        assertThat(figures.path("gflops").asDouble()).isCloseTo(rate, within(1e-9 * rate));
        assertThat(figures.path("gemm_share").asDouble())
                .isCloseTo(rate / figures.path("gemm_gflops_fp32").asDouble(), within(1e-9));
        assertThat(figures.path("gemm_gflops_bf16").asDouble()).isPositive();
    }

    @Test
    void stepsOnDataWaitForTheLoader() throws Exception {
        Path data = TinyRuns.images(folder.resolve("data"), 24);
        JsonNode figures = bench("step", "--data", data, "--batch-size", 16, "--set", "train.micro-batch-size=4");
        assertThat(figures.path("phases").path("data_wait").asDouble()).isPositive();
        assertThat(figures.path("batch_size").asInt()).isEqualTo(16);
        assertThat(figures.path("micro_batch_size").asInt()).isEqualTo(4);
        assertThat(figures.path("workers").asInt()).isEqualTo(1);
    }

    private JsonNode finetuning(Object... more) throws Exception {
        List<Object> arguments = new ArrayList<>(List.of("--from-scratch", tiny(), "--set", "train.batch-size=8"));
        arguments.addAll(List.of("--precision", "fp32", "--threads", 1));
        arguments.addAll(List.of(more));
        JsonNode figures = benchOf("finetune-vit-base", "step", arguments.toArray());
        assertThat(figures.path("recipe").asText()).isEqualTo("finetune-vit-base");
        assertThat(figures.path("from_scratch").asText()).isEqualTo("tiny");
        assertThat(figures.path("batch_size").asInt()).isEqualTo(8);
        return figures;
    }

    @Test
    void stepsOfFineTuningAreThoseOfTheEncoderGiven() throws Exception {
        JsonNode figures = finetuning("--set", "encoder.image-size=16");
        long encoder = 16 * 48 * 16 + 17 * 12 * 16 * 16 + 2 * 17 * 17 * 16;
        double rate = 2 * 3 * encoder * figures.path("images_per_second").asDouble() / 1e9;
        assertThat(figures.path("gflops").asDouble()).isCloseTo(rate, within(1e-9 * rate));
        assertThat(figures.path("image_size").asInt()).isEqualTo(16);
        assertThat(figures.path("workers").asInt()).isZero();
    }

    @Test
    void stepsOfFineTuningTakeImagesWithLabels() throws Exception {
        Path data = TinyRuns.images(folder.resolve("data"), 24);
        JsonNode figures = finetuning("--set", "encoder.image-size=16", "--data", data);
        assertThat(figures.path("phases").path("data_wait").asDouble()).isPositive();
        Path unlabelled = TinyRuns.unlabelledImages(folder.resolve("unlabelled"), 24);
        Said said =
                Said.by("bench", "step", "--recipe", "finetune-quick", "--from-scratch", tiny(), "--data", unlabelled);
        assertThat(said.exitCode()).isEqualTo(3);
        assertThat(said.error()).contains("label").doesNotContain("\tat ");
    }

    @Test
    void fineTuningWithoutAnEncoderIsRefused() throws Exception {
        Said said = Said.by("bench", "step", "--recipe", "finetune-quick");
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.error()).contains("'finetune-quick'").contains("--from-scratch");
        Said pretraining = Said.by("bench", "step", "--recipe", "quick", "--from-scratch", tiny());
        assertThat(pretraining.exitCode()).isEqualTo(2);
        assertThat(pretraining.error()).contains("'quick' is one of bandpass pretrain");
        assertThat(Said.by("bench", "embed", "--recipe", "finetune-quick").exitCode())
                .isEqualTo(2);
    }

    @Test
    void theLoaderOfFineTuningIsMeasured() throws Exception {
        Path data = TinyRuns.images(folder.resolve("data"), 24);
        JsonNode figures = benchOf("finetune-vit-base", "data", "--data", data, "--image-size", 32, "--workers", 1);
        assertThat(figures.path("images").asInt()).isEqualTo(24);
        assertThat(figures.path("image_size").asInt()).isEqualTo(32);
    }

    @Test
    void withoutABatchSizeAStepIsOnePart() throws Exception {
        JsonNode figures = bench("step", "--set", "train.micro-batch-size=4");
        assertThat(figures.path("batch_size").asInt()).isEqualTo(4);
        assertThat(figures.path("micro_batch_size").asInt()).isEqualTo(4);
    }

    @Test
    void theLoaderGivesImagesOfTheSizeAsked() throws Exception {
        Path data = TinyRuns.images(folder.resolve("data"), 24);
        JsonNode figures = bench("data", "--data", data, "--image-size", 32, "--workers", 2);
        assertThat(figures.path("image_size").asInt()).isEqualTo(32);
        assertThat(figures.path("workers").asInt()).isEqualTo(2);
        assertThat(figures.path("images").asInt()).isEqualTo(24);
        assertThat(figures.path("bad_images").asInt()).isZero();
    }

    @Test
    void aFrozenEncoderIsMeasured() throws Exception {
        JsonNode figures = bench("embed", "--batch-size", 4, "--precision", "fp32");
        long encoder = 16 * 48 * 16 + 17 * 12 * 16 * 16 + 2 * 17 * 17 * 16;
        double rate = 2 * encoder * figures.path("images_per_second").asDouble() / 1e9;
        assertThat(figures.path("gflops").asDouble()).isCloseTo(rate, within(1e-9 * rate));
        assertThat(figures.path("batch_size").asInt()).isEqualTo(4);
        assertThat(figures.path("precision").asText()).isEqualTo("fp32");
    }

    @Test
    void anAttackOnRandomWeightsIsMeasured() throws Exception {
        JsonNode figures = bench("attack", "--batch-size", 4, "--steps", 3, "--threads", 1);
        assertThat(figures.path("image_size").asInt()).isEqualTo(16);
        assertThat(figures.path("batch_size").asInt()).isEqualTo(4);
        assertThat(figures.path("steps").asInt()).isEqualTo(3);
        assertThat(figures.path("precision").asText()).isEqualTo("fp32");
        double images = figures.path("images_per_second").asDouble();
        assertThat(figures.path("steps_per_second").asDouble()).isCloseTo(3 * images / 4, within(1e-9 * images));
        // A step passes forward and back to the images.
        long encoder = 16 * 48 * 16 + 17 * 12 * 16 * 16 + 2 * 17 * 17 * 16;
        double rate = 2 * 2 * 3 * encoder * images / 1e9;
        assertThat(figures.path("gflops").asDouble()).isCloseTo(rate, within(1e-9 * rate));
    }

    private JsonNode corrupt(Object... more) throws Exception {
        Path json = folder.resolve("corrupt.json");
        List<Object> arguments = new ArrayList<>(List.of("bench", "corrupt", "--json", json));
        arguments.addAll(List.of("--rounds", 2, "--seconds", 0.05));
        arguments.addAll(List.of(more));
        Said said = Said.by(arguments.toArray());
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out()).contains("round 2 of 2: ").contains("fog, milliseconds ");
        JsonNode figures = new ObjectMapper().readTree(json.toFile());
        assertThat(figures.path("images_per_second_rounds")).hasSize(2);
        assertThat(figures.path("milliseconds"))
                .allSatisfy(severities -> assertThat(severities)
                        .hasSize(5)
                        .allSatisfy(time -> assertThat(time.asDouble()).isPositive()));
        return figures;
    }

    @Test
    void corruptionsAreMeasuredAtEachSeverity() throws Exception {
        JsonNode figures = corrupt("--side", 64, "--names", "fog,contrast");
        assertThat(figures.path("milliseconds").fieldNames()).toIterable().containsExactly("fog", "contrast");
        assertThat(figures.path("image_size").asInt()).isEqualTo(64);
        assertThat(figures.path("parameters").asText()).isEqualTo("tiny-imagenet");
        assertThat(figures.path("threads").asInt()).isEqualTo(1);
    }

    @Test
    void frostIsMeasuredOnceWithPicturesOrWithout() throws Exception {
        JsonNode procedural = corrupt("--side", 32).path("milliseconds");
        assertThat(procedural).hasSize(19);
        assertThat(procedural.fieldNames()).toIterable().contains("frost*").doesNotContain("frost");
        Path frost = Files.createDirectory(folder.resolve("frost"));
        ImageIO.write(
                new BufferedImage(80, 60, BufferedImage.TYPE_INT_RGB),
                "png",
                frost.resolve("frost1.png").toFile());
        JsonNode pictures = corrupt("--side", 32, "--frost", frost).path("milliseconds");
        assertThat(pictures).hasSize(19);
        assertThat(pictures.fieldNames()).toIterable().contains("frost").doesNotContain("frost*");
    }

    @Test
    void theEncoderOfAWeightsFileIsMeasured() throws Exception {
        Path data = TinyRuns.images(folder.resolve("data"), 16);
        Path run = folder.resolve("run");
        TinyRuns.vit(data, run).set("train.epochs=1").run();
        Path json = folder.resolve("weights.json");
        Path weights = run.resolve("weights/full.safetensors");
        Said said = Said.by(
                "bench",
                "embed",
                "--weights",
                weights,
                "--rounds",
                1,
                "--seconds",
                0.05,
                "--json",
                json,
                "--threads",
                1);
        assertThat(said.exitCode()).as(said.error()).isZero();
        JsonNode figures = new ObjectMapper().readTree(json.toFile());
        assertThat(figures.path("image_size").asInt()).isEqualTo(16);
        assertThat(figures.path("recipe").asText()).isEqualTo("full.safetensors");
        assertThat(figures.path("batch_size").asInt()).isEqualTo(128);
    }

    @Test
    void dataAndWeightsThatAreNotThereAreNamed() {
        Said data = Said.by("bench", "data", "--data", folder.resolve("nothing"));
        assertThat(data.exitCode()).isEqualTo(3);
        assertThat(data.error()).contains("nothing").doesNotContain("\tat ");
        Said weights = Said.by("bench", "embed", "--weights", folder.resolve("nothing"));
        assertThat(weights.exitCode()).isEqualTo(3);
        assertThat(weights.error()).contains("nothing").doesNotContain("\tat ");
    }

    @Test
    void aJsonFileThatCannotBeWrittenIsRefusedBeforeAnythingIsMeasured() {
        Said said = Said.by("bench", "step", "--json", folder.resolve("missing/step.json"));
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.error()).contains("missing").startsWith("bandpass: ");
        assertThat(said.out()).isEmpty();
        assertThat(Said.by("bench", "step", "--json", folder).exitCode()).isEqualTo(2);
    }

    @Test
    void aLossThatIsNotFiniteIsNoMeasurement() throws Exception {
        Path recipe = Files.writeString(folder.resolve("tiny.yaml"), TinyRuns.recipe());
        Said said =
                Said.by("bench", "step", "--recipe", recipe, "--set", "optimizer.learning-rate=1e30", "--seconds", 0.1);
        assertThat(said.exitCode()).isEqualTo(5);
        assertThat(said.error()).contains("optimizer.learning-rate").doesNotContain("\tat ");
    }
}

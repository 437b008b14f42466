package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights and interrupted runs that Bandpass 0.1.0 wrote are used, and give the numbers that they gave then. */
final class OlderFilesTest {
    private static final Path OLDER = Path.of("src/test/resources/era-0.1.0");
    private static final Path SAMPLES = Path.of("samples").toAbsolutePath();
    private static final Path PHOTOS = SAMPLES.resolve("photos");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private void writes(Path tensors, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--threads", 1));
        Said said = Said.by(all.toArray());
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(tensors).exists();
    }

    private static void assertSame(Path actual, String expected) throws IOException {
        try (TensorFile ours = Safetensors.read(actual);
                TensorFile theirs = Safetensors.read(OLDER.resolve(expected))) {
            assertThat(ours.names()).isEqualTo(theirs.names()).isNotEmpty();
            for (String name : theirs.names()) {
                assertThat(Golden.largestDifference(ours.get(name), theirs.get(name)))
                        .as(name)
                        .isLessThanOrEqualTo(1e-4 * Golden.largest(theirs.get(name)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vit", "convnext"})
    void aClassifierGivesItsLogits(String encoder) throws IOException {
        Path logits = folder.resolve("logits.safetensors");
        Path weights = OLDER.resolve("weights/classifier-" + encoder + ".safetensors");
        writes(
                logits,
                "predict",
                "--weights",
                weights,
                "--images",
                PHOTOS,
                "--preprocess",
                "squash",
                "--save-tensors",
                logits);
        assertSame(logits, "logits-" + encoder + ".safetensors");
    }

    @ParameterizedTest
    @ValueSource(strings = {"encoder", "classifier"})
    void anEncoderGivesItsFeatures(String kind) throws IOException {
        Path features = folder.resolve("features.safetensors");
        Path weights =
                OLDER.resolve("weights/" + (kind.equals("encoder") ? "encoder" : "classifier-vit") + ".safetensors");
        writes(features, "embed", "--weights", weights, "--data", PHOTOS, "--preprocess", "squash", "--out", features);
        assertSame(features, "features-" + kind + ".safetensors");
    }

    @Test
    void aFullModelGivesItsReconstructions() throws IOException {
        Path tensors = folder.resolve("reconstruction.safetensors");
        writes(
                tensors,
                "reconstruct",
                "--weights",
                OLDER.resolve("weights/full.safetensors"),
                "--images",
                PHOTOS,
                "--limit",
                2,
                "--save-tensors",
                tensors);
        assertSame(tensors, "reconstruction.safetensors");
    }

    @ParameterizedTest
    @ValueSource(strings = {"encoder", "full", "classifier-vit"})
    void fineTuningBeginsWithThem(String weights) {
        Said said = Said.by(
                "finetune",
                "--weights",
                OLDER.resolve("weights/" + weights + ".safetensors"),
                "--labels-per-class",
                2,
                "--epochs",
                1,
                "--batch-size",
                10,
                "--threads",
                1,
                "--out",
                folder.resolve("run"));
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(folder.resolve("run/weights/classifier.safetensors")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pretraining", "finetuning"})
    void anInterruptedRunIsResumedWithTheNumbersThatItWouldHaveHad(String kind) throws IOException {
        Path run = copied(kind);
        Said said = Said.by(kind.equals("pretraining") ? "pretrain" : "finetune", "--resume", run);
        assertThat(said.exitCode()).as(said.error()).isZero();
        List<JsonNode> rows = rows(run.resolve("metrics.jsonl"));
        List<JsonNode> expected = rows(OLDER.resolve(kind + "-metrics.jsonl"));
        assertThat(rows).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertAlike(rows.get(i), expected.get(i));
        }
    }

    /** Another processor rounds otherwise, which a few steps make larger; a different batch, mask or rate is far off. */
    private static void assertAlike(JsonNode row, JsonNode expected) {
        for (Map.Entry<String, JsonNode> field : expected.properties()) {
            String name = field.getKey();
            if (List.of("images_per_second", "data_wait").contains(name)) {
                continue;
            }
            assertThat(row.has(name)).as("%s in %s", name, row).isTrue();
            double value = field.getValue().asDouble();
            boolean score = name.contains("top") || name.contains("calibration");
            assertThat(row.get(name).asDouble())
                    .as("%s at step %s", name, expected.get("step"))
                    .isCloseTo(value, within(score ? 0.01 : 1e-3 * Math.abs(value)));
        }
    }

    private static List<JsonNode> rows(Path file) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            rows.add(JSON.readTree(line));
        }
        return rows;
    }

    /** The run folder as it was, its links too, with the folder of samples of this machine. */
    private Path copied(String kind) throws IOException {
        Path from = OLDER.resolve(kind);
        Path run = folder.resolve(kind);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = run.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (file.getFileName().toString().endsWith(".yaml")) {
                    Files.writeString(target, Files.readString(file).replace("@SAMPLES@", SAMPLES.toString()));
                } else {
                    Files.copy(file, target);
                }
            }
        }
        Files.createSymbolicLink(run.resolve("checkpoints/last"), Path.of("step-8"));
        if (kind.equals("finetuning")) {
            Files.createSymbolicLink(run.resolve("checkpoints/best"), Path.of("step-6"));
        }
        return run;
    }
}

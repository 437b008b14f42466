package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights that are numbers, but so large that what they make of an image is none. */
final class NotFiniteTest {
    @TempDir
    static Path shared;

    @TempDir
    Path temporary;

    private static Path data;
    private static Path encoder;
    private static Path full;

    @BeforeAll
    static void trainAndBreak() throws IOException {
        data = TinyRuns.images(shared.resolve("data"), 24);
        Path run = shared.resolve("run");
        TinyRuns.vit(data, run).set("train.epochs=1").run();
        encoder = broken(run.resolve("weights/encoder.safetensors"), "norm.weight");
        full = broken(run.resolve("weights/full.safetensors"), "decoder.0.weight");
    }

    private static Path broken(Path weights, String name) throws IOException {
        Path file = shared.resolve(String.valueOf(weights.getFileName()));
        try (PointerScope scope = new PointerScope();
                TensorFile stored = Safetensors.read(weights)) {
            Map<String, Tensor> tensors = new LinkedHashMap<>(stored.all());
            tensors.computeIfPresent(name, (key, tensor) -> tensor.clone().fill_(new Scalar(3e38)));
            Safetensors.write(file, tensors, stored.metadata());
        }
        return file;
    }

    @Test
    void knnAndProbeGiveNoScore() {
        Said knn = Said.by("knn", "--weights", encoder, "--data", data);
        assertThat(knn.exitCode()).isEqualTo(3);
        assertThat(knn.error())
                .contains(
                        encoder + " is of no use: the features of 12 of 12 images to classify are not finite numbers");
        assertThat(knn.out()).doesNotContain("top-1");

        Said probe = Said.by("probe", "--weights", encoder, "--data", data);
        assertThat(probe.exitCode()).isEqualTo(3);
        assertThat(probe.error())
                .contains(encoder + " is of no use: the features of 24 of 24 training images are not finite numbers");

        Said augmented = Said.by("probe", "--weights", encoder, "--data", data, "--augment", "--batch-size", 8);
        assertThat(augmented.exitCode()).isEqualTo(3);
        assertThat(augmented.error()).contains("the features of 8 of 8 crops of a step are not finite numbers");
    }

    @ParameterizedTest
    @ValueSource(strings = {"features.npy", "features.safetensors", "features.csv"})
    void noFileOfFeaturesIsWritten(String name) {
        Path out = temporary.resolve(name);
        for (String pool : new String[] {"mean", "tokens"}) {
            if (pool.equals("tokens") && name.endsWith("csv")) {
                continue;
            }
            Said said = Said.by(
                    "embed", "--weights", encoder, "--data", data, "--out", out, "--pool", pool, "--batch-size", 10);
            assertThat(said.exitCode()).isEqualTo(3);
            assertThat(said.error()).contains("the features of 10 of 10 images so far are not finite numbers");
            assertThat(temporary).isEmptyDirectory();
        }
    }

    @Test
    void nothingIsReconstructed() throws IOException {
        Path out = temporary.resolve("out");
        Said drawn = Said.by("reconstruct", "--weights", full, "--images", data, "--out", out);
        assertThat(drawn.exitCode()).isEqualTo(3);
        assertThat(drawn.error()).contains("is of no use: what it makes of").contains("are no finite numbers");
        assertThat(Files.exists(out)).isFalse();

        Path tensors = temporary.resolve("out.safetensors");
        Said written = Said.by("reconstruct", "--weights", full, "--images", data, "--save-tensors", tensors);
        assertThat(written.exitCode()).isEqualTo(3);
        assertThat(written.error()).contains("images so far are not finite numbers");
        assertThat(temporary).isEmptyDirectory();
    }
}

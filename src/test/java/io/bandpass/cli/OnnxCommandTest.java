package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.testing.ChildProcess;
import io.bandpass.testing.TinyRuns;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code export --format onnx}, from runs. */
final class OnnxCommandTest {
    @TempDir
    static Path shared;

    private static Path tuned;

    @BeforeAll
    static void train() throws IOException {
        tuned = shared.resolve("tuned");
        TinyRuns.tuned(TinyRuns.images(shared.resolve("data"), 16), tuned);
    }

    @Test
    void aRunOfPretrainGivesAnEncoder() throws IOException {
        Path run = shared.resolve("run");
        TinyRuns.vit(shared.resolve("data"), run).run();
        Path out = shared.resolve("encoder.onnx");
        Said said = Said.by("export", "--run", run, "--format", "onnx", "--out", out);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out())
                .contains("tensors written to " + out)
                .contains("verified: the outputs of ONNX Runtime")
                .contains("tokens, pooled, class_token");
        assertThat(out).isNotEmptyFile();
    }

    @Test
    void aRunOfFinetuneGivesAClassifier() {
        Path out = shared.resolve("classifier.onnx");
        Said said =
                Said.by("export", "--run", tuned, "--format", "onnx", "--preprocess", "inside", "--fp16", "--out", out);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out())
                .contains("verified: ")
                .contains("float16 weights change")
                .contains("images: uint8 (batch, 16, 16, 3)")
                .contains("logits");
    }

    @Test
    void withoutOnnxRuntimeItSaysThatNothingWasVerified() throws Exception {
        String without = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("onnxruntime"))
                .collect(Collectors.joining(File.pathSeparator));
        Path out = shared.resolve("unverified.onnx");
        Path said = shared.resolve("said.txt");
        // Java takes the last of two class paths.
        List<String> arguments = List.of(
                without,
                "io.bandpass.cli.Main",
                "export",
                "--run",
                tuned.toString(),
                "--format",
                "onnx",
                "--out",
                out.toString());
        try (ChildProcess child = new ChildProcess(said, "-cp", arguments)) {
            assertThat(child.exitCode()).isZero();
        }
        assertThat(said).content().contains("not verified, as ONNX Runtime is not on the class path; docs/onnx.md");
        assertThat(out).isNotEmptyFile();
    }

    @Test
    void mistakesEndWithTwo() {
        Path out = shared.resolve("mistake");
        Said where = Said.by("export", "--run", tuned, "--format", "onnx", "--preprocess", "crop", "--out", out);
        assertThat(where.exitCode()).isEqualTo(2);
        assertThat(where.error()).contains("--preprocess is 'crop', but must be inside or outside");
        Said other = Said.by("export", "--run", tuned, "--format", "timm", "--preprocess", "inside", "--out", out);
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.error()).contains("for --format onnx only");
        assertThat(out).doesNotExist();
    }
}

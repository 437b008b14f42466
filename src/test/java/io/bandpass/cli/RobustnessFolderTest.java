package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.format.FolderLock;
import io.bandpass.testing.Images;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder of results: who writes into it, and what its files say of images and models. */
final class RobustnessFolderTest {
    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path run;

    @BeforeAll
    static void train() throws IOException {
        run = shared.resolve("run");
        TinyRuns.tuned(TinyRuns.images(shared.resolve("digits"), 32), run);
    }

    private static Said clean(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("robustness", "--threads", 1));
        arguments.addAll(List.of("--attacks", "none", "--corruptions", "none", "--bands", "none"));
        arguments.addAll(List.of(more));
        return Said.by(arguments.toArray());
    }

    /** Images of two classes, the last of which is cut off, which is found when it is read. */
    private Path photos(String first, String second) throws IOException {
        Path photos = folder.resolve("photos");
        for (int i = 0; i < 3; i++) {
            Images.write(photos.resolve(first + "/" + i + ".png"), i, 32, 32);
            Images.write(photos.resolve(second + "/" + i + ".png"), i, 32, 32);
        }
        byte[] whole = Files.readAllBytes(photos.resolve(second + "/2.png"));
        Files.write(photos.resolve(second + "/3.png"), Arrays.copyOf(whole, whole.length / 2));
        return photos;
    }

    @Test
    void anotherEvaluationInTheSameFolderIsRefused() throws IOException {
        Path out = folder.resolve("out");
        for (Object[] more : new Object[][] {{}, {"--jobs", 1}}) {
            List<Object> arguments = new ArrayList<>(List.of("--run", run, "--out", out));
            arguments.addAll(List.of(more));
            try (FolderLock lock = FolderLock.tryLock(out).orElseThrow()) {
                Said said = clean(arguments.toArray());
                assertThat(said.exitCode()).isEqualTo(2);
                assertThat(said.error())
                        .contains("another process is writing into " + out
                                + "; wait until it ends, or choose another folder for results");
                assertThat(out.resolve("results.json")).doesNotExist();
            }
        }
        assertThat(clean("--run", run, "--out", out).exitCode()).isZero();
    }

    @Test
    void filesSayWhatWasMeasured() throws IOException {
        Path photos = photos("0", "1");
        Path out = folder.resolve("out");
        Said said = clean("--weights", run, "--weights", run, "--data", photos, "--out", out, "--max-bad", 0.5);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out()).contains("run-2 is the same file as run: ");
        for (String file : List.of("results.md", "results.json", "report.html")) {
            assertThat(out.resolve(file))
                    .content()
                    .contains(
                            "model run",
                            "classifier.safetensors",
                            photos.toString(),
                            "7 images, not known to be held out; each of them is 14.3 per cent",
                            "1 of these images, which is left out",
                            "attacks in float32, all else with precision fp32; bandpass ");
        }
        // What is kept was measured without it, too.
        Said again = clean("--weights", run, "--data", photos, "--out", out, "--max-bad", 0.5);
        assertThat(again.out()).contains("clean, kept");
        assertThat(out.resolve("results.md")).content().contains("1 of these images, which is left out");
    }

    @Test
    void whatDoesNotFitIsNamed() throws IOException {
        Said other =
                clean("--weights", run, "--data", photos("cat", "dog"), "--out", folder.resolve("out"), "--max-bad", 1);
        assertThat(other.exitCode()).isEqualTo(3);
        assertThat(other.error()).contains("classifier.safetensors: none of 2 classes of the images");
        Path missing = folder.resolve("missing");
        Said none = clean("--run", missing);
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.error()).contains("--run is " + missing + ", but there is no such run folder");
    }
}

package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.testing.Images;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which images robustness is measured on, and that its results say so. */
final class RobustnessImagesTest {
    private static final int IMAGES = 6;

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path run;

    private Path photos;
    private Path out;

    @BeforeAll
    static void train() throws IOException {
        run = shared.resolve("run");
        TinyRuns.tuned(TinyRuns.images(shared.resolve("digits"), 32), run);
    }

    @BeforeEach
    void draw() {
        photos = folder.resolve("photos");
        out = folder.resolve("out");
        for (int i = 0; i < IMAGES; i++) {
            Images.write(photos.resolve(i % 2 + "/" + i + ".png"), i, 16, 16);
        }
    }

    private Said robustness(Object... more) {
        List<Object> arguments = new ArrayList<>(
                List.of("robustness", "--threads", 1, "--weights", run, "--data", photos, "--out", out));
        arguments.addAll(List.of("--bands", "none"));
        arguments.addAll(List.of(more));
        return Said.by(arguments.toArray());
    }

    private Said ofCorruptions(String names, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("--attacks", "none", "--corruptions", names));
        if (!List.of(more).contains("--severities")) {
            arguments.addAll(List.of("--severities", 1));
        }
        arguments.addAll(List.of(more));
        Said said = robustness(arguments.toArray());
        assertThat(said.exitCode()).as(said.error()).isZero();
        return said;
    }

    /** Names alone do not tell sets of images apart. */
    @Test
    void anImageThatIsAnotherOneIsMeasuredAnew() {
        ofCorruptions("fog");
        assertThat(ofCorruptions("fog").out()).contains("clean, kept", "fog 1, kept");
        Images.write(photos.resolve("0/0.png"), 99, 16, 16);
        assertThat(ofCorruptions("fog").out()).contains("fog 1").doesNotContain("kept");
    }

    @Test
    void anImageOfAnArrayThatIsAnotherOneIsMeasuredAnew() throws IOException {
        photos = TinyRuns.images(folder.resolve("arrays"), 8);
        ofCorruptions("fog");
        assertThat(ofCorruptions("fog").out()).contains("fog 1, kept");
        Path file = photos.resolve("t10k-images-idx3-ubyte");
        byte[] pixels = Files.readAllBytes(file);
        pixels[pixels.length - 1] ^= 1;
        Files.write(file, pixels);
        assertThat(ofCorruptions("fog").out()).contains("fog 1").doesNotContain("kept");
    }

    @Test
    void whatIsNamedTwiceIsMeasuredOnceAndASelectionHasAMeanToo() throws IOException {
        Said said = ofCorruptions("fog,snow,fog", "--severities", "1,3");
        assertThat(said.out()).contains("mean error, snow, fog at severities 1, 3, in memory");
        assertThat(Files.readAllLines(out.resolve("results.csv"))).hasSize(1 + 1 + 4);
        assertThat(Files.readString(out.resolve("results.md")))
                .contains("mean error, snow, fog at severities 1, 3, in memory");
        assertThat(Files.readString(out.resolve("results.json"))).contains("mean_error_of_measured_in_memory");
        Said attacked = robustness("--corruptions", "none", "--attacks", "fgsm,fgsm", "--eps", "1/255,1/255");
        assertThat(attacked.exitCode()).as(attacked.error()).isZero();
        assertThat(Files.readAllLines(out.resolve("results.csv"))).hasSize(1 + 1 + 1);
    }

    @Test
    void imagesOfClassesThatTheModelDoesNotKnowAreCounted() throws IOException {
        Images.write(photos.resolve("gate/7.png"), 7, 16, 16);
        Said said = ofCorruptions("none");
        assertThat(said.out()).contains("images for run: 6 of 7, as it knows 2 of the 3 classes");
        assertThat(Files.readString(out.resolve("results.md"))).contains("6 of 7");
    }

    @Test
    void filesOfTheUserAreNotReplacedBySavedImages() throws IOException {
        Path saved = folder.resolve("saved");
        ofCorruptions("fog", "--save-images", saved);
        ofCorruptions("fog", "--save-images", saved);
        Path letter = Files.writeString(saved.resolve("run/fog-1/letter.txt"), "dear");
        Said said = robustness("--attacks", "none", "--corruptions", "fog", "--severities", 1, "--save-images", saved);
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.error())
                .contains("has other files than saved images, such as")
                .contains("letter.txt");
        assertThat(letter).hasContent("dear");
    }

    @Test
    void aPartWhoseCountIsNoNumberIsMeasuredAgain() throws IOException {
        ofCorruptions("fog");
        Path part = out.resolve("parts/run/fog-1.json");
        String text = Files.readString(part);
        Files.writeString(part, text.replaceFirst("\"correct\" : \\d+", "\"correct\" : \"x\""));
        assertThat(ofCorruptions("fog").out()).contains("clean, kept").doesNotContain("fog 1, kept");
        assertThat(Files.readString(part)).isEqualTo(text);
    }
}

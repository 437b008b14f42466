package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Images;
import io.bandpass.testing.TinyRuns;
import io.bandpass.torch.Tensors;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attacked and corrupted images for the eye and for other programs. */
final class AttackedImagesTest {
    private static final int MARGIN = 14;
    private static final int GAP = 8;
    private static final int LINE = 18;
    private static final int CELL = 176;
    private static final int RIGHT = 0x0072B2;
    private static final int WRONG = 0xD55E00;

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path digits;
    private static Path run;

    @BeforeAll
    static void train() throws IOException {
        digits = TinyRuns.images(shared.resolve("digits"), 32);
        run = shared.resolve("run");
        TinyRuns.tuned(digits, run);
    }

    private static Said robustness(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of(
                "robustness",
                "--threads",
                1,
                "--run",
                run,
                "--attacks",
                "pgd",
                "--corruptions",
                "fog,gaussian_noise",
                "--severities",
                "2,5",
                "--bands",
                "0-4"));
        arguments.addAll(List.of(more));
        return Said.by(arguments.toArray());
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    /** Number of images of a part that are classified right, by its tensors. */
    private static long right(TensorFile file, String part) {
        Tensor predicted = file.get("run/" + part + "/logits").argmax(new LongOptional(1), false);
        return predicted.eq(file.get("run/" + part + "/labels")).sum().item_long();
    }

    @Test
    void tensorsHoldWhatWasMeasuredAndPicturesTheSameRounded() throws IOException {
        Path out = folder.resolve("out");
        Path tensors = folder.resolve("t.safetensors");
        Path pictures = folder.resolve("pictures");
        Said said = robustness("--out", out, "--save-tensors", tensors, "--save-images", pictures, "--batch-size", 5);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out()).contains("images  " + pictures, "tensors " + tensors);
        List<String> parts =
                List.of("clean", "pgd-linf-1-255", "fog-2", "fog-5", "gaussian_noise-2", "gaussian_noise-5");
        JsonNode results = json(out.resolve("results.json")).get("results");
        try (PointerScope scope = new PointerScope();
                TensorFile file = Safetensors.read(tensors)) {
            assertThat(file.names()).hasSize(3 * parts.size());
            List<String> names = new ArrayList<>();
            new ObjectMapper().readTree(file.metadata().get("names")).forEach(name -> names.add(name.asText()));
            assertThat(names).hasSize(16).doesNotHaveDuplicates();
            assertThat(file.metadata().get("classes")).isEqualTo("[\"0\",\"1\"]");
            Tensor clean = file.get("run/clean/images");
            assertThat(Tensors.shape(clean)).containsExactly(16, 3, 16, 16);
            for (int i = 0; i < parts.size(); i++) {
                String part = parts.get(i);
                assertThat(right(file, part))
                        .as(part)
                        .isEqualTo(results.get(i).get("correct").asLong());
                float[] images = Tensors.toFloats(file.get("run/" + part + "/images"));
                Set<Integer> seen = new HashSet<>();
                for (Path png : pngs(pictures.resolve("run").resolve(part))) {
                    int row = Integer.parseInt(png.getFileName().toString().substring(0, 6));
                    long label = Tensors.toLongs(file.get("run/" + part + "/labels"))[row];
                    assertThat(Objects.requireNonNull(png.getParent()).getFileName())
                            .hasToString(Long.toString(label));
                    assertSame(ImageIO.read(png.toFile()), images, row);
                    seen.add(row);
                }
                assertThat(seen).hasSize(16);
            }
            double largest =
                    file.get("run/pgd-linf-1-255/images").sub(clean).abs().max().item_double();
            assertThat(largest).isCloseTo(1 / 255.0, within(1e-6));
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactlyInAnyOrder(out, tensors, pictures);
        }
    }

    private static List<Path> pngs(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static void assertSame(BufferedImage png, float[] images, int row) {
        for (int i = 0; i < 256; i++) {
            int rgb = png.getRGB(i % 16, Math.floorDiv(i, 16));
            for (int channel = 0; channel < 3; channel++) {
                int level = rgb >> (16 - 8 * channel) & 0xFF;
                assertThat(level).isEqualTo(Math.round(255 * images[(3 * row + channel) * 256 + i]));
            }
        }
    }

    @Test
    void whatWasMeasuredBeforeIsSavedTooAndAnOlderFolderReplaced() throws IOException {
        Path out = folder.resolve("out");
        assertThat(robustness("--out", out).exitCode()).isZero();
        Path pictures = folder.resolve("pictures");
        Said all = robustness("--out", out, "--save-images", pictures);
        assertThat(all.out()).contains("bands, kept").doesNotContain("fog 2, kept", "clean, kept", "1/255, kept");
        assertThat(pngs(pictures.resolve("run/fog-2"))).hasSize(16);
        Said fewer = robustness("--out", out, "--save-images", pictures, "--limit", 3);
        assertThat(fewer.exitCode()).as(fewer.error()).isZero();
        assertThat(pngs(pictures.resolve("run/fog-2"))).hasSize(3);
        assertThat(robustness("--out", out, "--limit", 3).out()).contains("fog 2, kept", "clean, kept");
    }

    @Test
    void filesThatCannotBeWrittenAreRefused() {
        Said ending = robustness("--out", folder.resolve("a"), "--save-tensors", folder.resolve("t.npy"));
        assertThat(ending.exitCode()).isEqualTo(2);
        assertThat(ending.error()).contains("must end in .safetensors");
        Path file = digits.resolve("train-images-idx3-ubyte");
        Said place = robustness("--out", folder.resolve("b"), "--save-images", file.resolve("x"));
        assertThat(place.exitCode()).isEqualTo(2);
        assertThat(place.error()).contains("for images cannot be made; name another");
        Said jobs = robustness("--out", folder.resolve("c"), "--save-images", folder.resolve("d"), "--jobs", 2);
        assertThat(jobs.exitCode()).isEqualTo(2);
        assertThat(jobs.error()).contains("need one process; leave out --jobs");
    }

    @Test
    void thePageHasExamplesAndKeptPartsGiveTheSameOnes() throws IOException {
        Path out = folder.resolve("out");
        Object[] call = {"--out", out, "--eps", "1/255,64/255"};
        assertThat(robustness(call).exitCode()).isZero();
        String page = Files.readString(out.resolve("report.html"));
        assertThat(page)
                .contains("<h2>Accuracy over eps</h2>", "<h3>run, pgd linf 64/255</h3>", "x 2.0", "fog 5")
                .doesNotContain("fog 2</strong>");
        // Four images, as they are, changed and attacked; two corruptions.
        assertThat(page.split("data:image/png;base64,", -1)).hasSize(1 + 4 * 3 + 2);
        Files.delete(out.resolve("report.html"));
        Said again = robustness(call);
        assertThat(again.out()).contains("pgd linf 64/255, kept", "clean, kept");
        assertThat(out.resolve("report.html")).content().isEqualTo(page);
    }

    private Said showAttacks(Object... more) {
        List<Object> arguments = new ArrayList<>(
                List.of("show", "attacks", "--run", run, "--threads", 1, "--out", folder.resolve("a.png")));
        arguments.addAll(List.of(more));
        return Said.by(arguments.toArray());
    }

    private static int frame(BufferedImage picture, int column, int row) {
        int top = MARGIN + row * (4 * LINE + CELL + GAP + MARGIN) + 2 * LINE;
        return picture.getRGB(MARGIN + column * (CELL + GAP) - 2, top + 5) & 0xFFFFFF;
    }

    @Test
    void aPictureShowsWhichAttacksChangeThePrediction() throws IOException {
        Path image = Images.write(folder.resolve("drawn.png"), 5, 16, 16);
        Said said = showAttacks("--image", image, "--attacks", "pgd", "--eps", "0,255/255", "--steps", 20);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out())
                .contains("no label was given: attacked is the model's own prediction", "wrong under 1 of 2 attacks");
        BufferedImage picture = ImageIO.read(folder.resolve("a.png").toFile());
        assertThat(picture.getWidth()).isEqualTo(2 * MARGIN + 3 * (CELL + GAP) - GAP);
        assertThat(List.of(frame(picture, 0, 0), frame(picture, 2, 0))).containsExactly(RIGHT, RIGHT);
        assertThat(List.of(frame(picture, 0, 1), frame(picture, 2, 1))).containsExactly(RIGHT, WRONG);
        int top = MARGIN + 2 * LINE;
        assertThat(picture.getRGB(MARGIN + CELL + GAP + 9, top + 9) & 0xFFFFFF).isEqualTo(0x808080);
    }

    @Test
    void withALabelThatTheModelDoesNotPredictTheImageIsWrongFromTheStart() throws IOException {
        Path image = Images.write(folder.resolve("drawn.png"), 5, 16, 16);
        String predicted = showAttacks("--image", image).out().contains("prediction, 0") ? "0" : "1";
        String other = predicted.equals("0") ? "1" : "0";
        Said said = showAttacks("--image", image, "--label", other, "--attacks", "fgsm", "--eps", "0");
        assertThat(said.out())
                .contains("the class is " + other + ", as given; without attack the model predicts " + predicted
                        + ", which is wrong")
                .contains("wrong under 1 of 1 attack;");
        BufferedImage picture = ImageIO.read(folder.resolve("a.png").toFile());
        assertThat(List.of(frame(picture, 0, 0), frame(picture, 2, 0))).containsExactly(WRONG, WRONG);
        Said none = showAttacks("--image", image, "--label", "cat");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.error())
                .contains("the model has no class cat: --label must be one of its 2 classes, such as 0, 1");
        assertThat(showAttacks("--image", image, "--attacks", "pdg").error()).contains("did you mean pgd?");
    }
}

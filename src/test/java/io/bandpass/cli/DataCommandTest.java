package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.testing.Images;
import io.bandpass.testing.TinyRuns;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DataCommandTest {
    @TempDir
    Path folder;

    private Path photos() {
        Path photos = folder.resolve("photos");
        Images.write(photos.resolve("ant/1.png"), 1, 20, 10);
        Images.write(photos.resolve("ant/2.jpg"), 2, 40, 30);
        Images.write(photos.resolve("bee/1.png"), 3, 60, 30);
        return photos;
    }

    /** An image that only decoding tells, and a file that is none. */
    private static void spoil(Path photos) {
        byte[] whole = Images.encoded(1, 200, 100, "jpg");
        Images.write(photos.resolve("ant/half.jpg"), Arrays.copyOf(whole, whole.length / 2));
        Images.write(photos.resolve("bee/text.jpg"), "no image".getBytes(StandardCharsets.UTF_8));
    }

    private String index() {
        return "data.index=" + folder.resolve("cache");
    }

    @ParameterizedTest
    @ValueSource(strings = {"index", "stats", "verify", "shard"})
    void eachHasHelpWithAnExample(String command) {
        Said said = Said.by("data", command, "--help");
        assertThat(said.exitCode()).isZero();
        assertThat(said.out())
                .contains("Usage: bandpass data " + command)
                .containsPattern("Examples?:\\s+bandpass data " + command);
    }

    @Test
    void indexSaysWhatItFoundAndWhereItKeepsIt() {
        Path photos = photos();
        spoil(photos);
        Said said = Said.by("data", "index", "--data", photos, "--set", index());
        assertThat(said.exitCode()).isZero();
        assertThat(said.out())
                .contains("4 images, 1 unreadable")
                .contains("text.jpg: its content is none of")
                .contains("index: " + folder.resolve("cache"));
        assertThat(folder.resolve("cache")).isDirectoryContaining("glob:**.index");
    }

    @Test
    void statsCountsFormatsSizesAndClasses() throws IOException {
        Path json = folder.resolve("stats.json");
        Said said = Said.by("data", "stats", "--data", photos(), "--set", index(), "--json", json);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out())
                .contains("images      3, unreadable 0", "format      png 2", "format      jpeg 1")
                .contains("width       20 to 60, median 40", "height      10 to 30, median 30")
                .contains("classes     2", "class       ant 2");
        JsonNode tree = new ObjectMapper().readTree(json.toFile());
        assertThat(tree.at("/classes/bee").asInt()).isEqualTo(1);
        assertThat(tree.at("/megapixels/largest").asDouble()).isEqualTo(0.0018);
        assertThat(tree.at("/mean")).hasSize(3);
    }

    @Test
    void statsMeasuresColoursWithEachImageWeighingTheSame() throws IOException {
        Path plain = Files.createDirectory(folder.resolve("plain"));
        plain(plain.resolve("small.png"), 2, 0xFF0000);
        plain(plain.resolve("large.png"), 50, 0xFF3300);
        Path json = folder.resolve("stats.json");
        assertThat(Said.by("data", "stats", "--data", plain, "--set", index(), "--json", json)
                        .exitCode())
                .isZero();
        JsonNode tree = new ObjectMapper().readTree(json.toFile());
        assertThat(tree.at("/mean/0").asDouble()).isEqualTo(1, within(1e-5));
        assertThat(tree.at("/mean/1").asDouble()).isEqualTo(0.1, within(1e-5));
        assertThat(tree.at("/std/1").asDouble()).isEqualTo(0.1, within(1e-4));
        assertThat(tree.at("/std/2").asDouble()).isZero();
    }

    private static void plain(Path file, int edge, int colour) throws IOException {
        BufferedImage image = new BufferedImage(edge, edge, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < edge * edge; i++) {
            image.setRGB(i % edge, Math.floorDiv(i, edge), colour);
        }
        ImageIO.write(image, "png", file.toFile());
    }

    @Test
    void statsTakesIdxFilesWithTheirLabels() throws IOException {
        Path idx = TinyRuns.images(folder.resolve("idx"), 10);
        assertThat(Said.by("data", "stats", "--data", idx, "--sample", 4).out())
                .contains("images      15, unreadable 0", "format      idx 15", "class       1 7", "(of 4 images)");
    }

    @Test
    void verifyFindsWhatOnlyDecodingTells() throws IOException {
        Path photos = photos();
        assertThat(Said.by("data", "verify", "--data", photos, "--set", index()))
                .isEqualTo(new Said(0, "3 images, 0 unreadable" + System.lineSeparator(), ""));
        spoil(photos);
        Path list = folder.resolve("bad.txt");
        Said said = Said.by("data", "verify", "--data", photos, "--set", index(), "--list", list);
        assertThat(said.exitCode()).isEqualTo(3);
        assertThat(said.error()).isEmpty();
        assertThat(said.out())
                .contains("unreadable: " + photos.resolve("ant/half.jpg") + ": its pixels cannot be decoded")
                .contains("unreadable: " + photos.resolve("bee/text.jpg") + ": its content is none of")
                .endsWith("5 images, 2 unreadable" + System.lineSeparator());
        assertThat(Files.readAllLines(list))
                .anyMatch(line -> line.startsWith(photos.resolve("ant/half.jpg") + "\tits pixels"))
                .hasSize(2);
    }

    @Test
    void verifyEndsWithThreeWhereNothingIsGood() {
        Path bad = folder.resolve("bad");
        Images.write(bad.resolve("a.jpg"), new byte[0]);
        assertThat(Said.by("data", "verify", "--data", bad, "--set", index()).exitCode())
                .isEqualTo(3);
    }

    @Test
    void anIndexThatCannotBeWrittenIsSaidAndEndsWithOne() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        Said said = Said.by("data", "index", "--data", photos(), "--set", "data.index=" + file);
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.out()).contains("3 images, 0 unreadable").doesNotContain("index:");
        assertThat(said.error().lines().filter(line -> line.startsWith("bandpass: ")))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("bandpass: the index " + file)
                        .contains("cannot be written", "data.index=FOLDER"));
    }

    @Test
    void statsSaysSoWhereNoImageOfTheSampleCanBeDecoded() throws IOException {
        Path bad = folder.resolve("bad");
        byte[] whole = Images.encoded(1, 200, 100, "jpg");
        Images.write(bad.resolve("half.jpg"), Arrays.copyOf(whole, whole.length / 2));
        Path json = folder.resolve("stats.json");
        Said said = Said.by("data", "stats", "--data", bad, "--set", index(), "--json", json);
        assertThat(said.exitCode()).as(said.error()).isEqualTo(3);
        assertThat(said.out())
                .contains("images      1, unreadable 1", "no image of the sample can be decoded")
                .contains("unreadable: " + bad.resolve("half.jpg") + ": its pixels cannot be decoded")
                .doesNotContain("NaN");
        JsonNode tree = new ObjectMapper().readTree(json.toFile());
        assertThat(tree.at("/sampled").asInt()).isZero();
        assertThat(tree.at("/mean").isArray()).isTrue();
        assertThat(tree.at("/mean")).isEmpty();
        assertThat(tree.at("/std")).isEmpty();
    }

    @Test
    void filesThatCannotBeWrittenAreRefusedBeforeAnythingIsLookedAt() {
        Path photos = photos();
        Path missing = folder.resolve("missing/file");
        Path cache = folder.resolve("cache");
        for (String[] words : new String[][] {{"stats", "--json"}, {"verify", "--list"}}) {
            Said said = Said.by("data", words[0], "--data", photos, "--set", index(), words[1], missing);
            assertThat(said.exitCode()).isEqualTo(2);
            assertThat(said.error()).contains(missing + " cannot be written");
            assertThat(said.out()).isEmpty();
        }
        assertThat(cache).doesNotExist();
    }

    @Test
    void mistakesAreNamed() {
        assertThat(Said.by("data", "verify", "--data", folder.resolve("lost"))).satisfies(said -> {
            assertThat(said.exitCode()).isEqualTo(3);
            assertThat(said.error()).contains("there is no file or folder");
        });
        assertThat(Said.by("data", "stats").error()).contains("--data");
        assertThat(Said.by("data", "stats", "--data", folder, "--sample", 0)).satisfies(said -> {
            assertThat(said.exitCode()).isEqualTo(2);
            assertThat(said.error()).contains("--sample is 0");
        });
        assertThat(Said.by("data", "index", "--data", folder, "--set", "mask.radius=3"))
                .satisfies(said -> {
                    assertThat(said.exitCode()).isEqualTo(2);
                    assertThat(said.error()).contains("mask.radius=3").contains("section data");
                });
        assertThat(Said.by("data", "index", "--data", folder, "--set", "data.paths=[other]"))
                .satisfies(said -> {
                    assertThat(said.exitCode()).isEqualTo(2);
                    assertThat(said.error()).contains("data.paths").contains("--data");
                });
    }

    @Test
    void whereNothingCanBeReadTheReasonsAreNamedAndTheCodeIsThree() {
        Path bad = folder.resolve("bad");
        for (int i = 0; i < 7; i++) {
            Images.write(bad.resolve(i + ".jpg"), new byte[0]);
        }
        Said stats = Said.by("data", "stats", "--data", bad, "--set", index());
        assertThat(stats.exitCode()).isEqualTo(3);
        assertThat(stats.out())
                .contains("images      0, unreadable 7", bad.resolve("4.jpg") + ": the file is empty")
                .contains("and 2 more; data verify lists all");
        assertThat(Said.by("data", "index", "--data", bad, "--set", index()).exitCode())
                .isEqualTo(3);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "allows no such names")
    void namesReachTheTerminalWithoutWhatWouldSteerIt() throws IOException {
        Path photos = photos();
        Images.write(photos.resolve("\u001B[31mred\n/1.png"), 3, 20, 10);
        Images.write(photos.resolve("bee/\u001B]0;title\u0007\n.jpg"), new byte[0]);
        Path list = folder.resolve("bad.txt");
        Files.writeString(
                folder.resolve("labels.csv"), "path,label\nphotos/ant/1.png,\"a\u001B[2J\nb\"\nphotos/bee/1.png,c\n");
        List<Said> all = List.of(
                Said.by("data", "stats", "--data", photos, "--set", index()),
                Said.by("data", "stats", "--data", folder.resolve("labels.csv"), "--set", index()),
                Said.by("data", "index", "--data", photos, "--set", index()),
                Said.by("data", "verify", "--data", photos, "--set", index(), "--list", list),
                Said.by("embed", "--weights", folder.resolve("none\u001B[2J"), "--data", photos, "--out", "x.npy"),
                Said.by("pretrain", "--data", photos, "--max-bad", "0", "--out", folder.resolve("run")));
        assertThat(all).allSatisfy(said -> assertThat(said.out() + said.error()).doesNotContain("\u001B", "\u0007"));
        assertThat(all.get(0).out()).contains("class       \\x1B[31mred\\x0A 1");
        assertThat(all.get(1).out()).contains("class       a\\x1B[2J\\x0Ab 1");
        assertThat(all.get(5).exitCode()).isEqualTo(3);
        assertThat(all.get(5).error()).contains("bee/\\x1B]0;title\\x07\\x0A.jpg (the file is empty)");
        assertThat(Files.readAllLines(list))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("\\x07\\x0A.jpg\tthe file is empty"));
    }
}

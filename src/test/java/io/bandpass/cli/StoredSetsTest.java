package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.data.NpyImagesTest;
import io.bandpass.format.AtomicFiles;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sets of images that others made: corrupted ones in both layouts, and other images of the same classes. */
final class StoredSetsTest {
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
        List<Object> arguments = new ArrayList<>(
                List.of("robustness", "--threads", 1, "--run", run, "--attacks", "none", "--bands", "none"));
        arguments.addAll(List.of(more));
        return Said.by(arguments.toArray());
    }

    private static Said corrupt(Path out, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of(
                "data", "corrupt", "--data", digits, "--out", out, "--side", 16, "--name", "fog,contrast,frost*"));
        arguments.addAll(List.of(more));
        return Said.by(arguments.toArray());
    }

    private static List<JsonNode> results(Path out, String part) throws IOException {
        JsonNode json = new ObjectMapper().readTree(out.resolve("results.json").toFile());
        return StreamSupport.stream(json.get("results").spliterator(), false)
                .filter(entry -> entry.get("part").asText().equals(part))
                .toList();
    }

    @Test
    void aCopyOfImagesOfTheModelsSizeGivesWhatCorruptionInMemoryGives() throws IOException {
        Path copy = folder.resolve("digits-c");
        assertThat(corrupt(copy, "--severity", "2,5").exitCode()).isZero();
        Path stored = folder.resolve("stored");
        Said said = robustness("--corrupted-set", copy, "--out", stored);
        assertThat(said.exitCode()).as(said.error()).isZero();
        Path memory = folder.resolve("memory");
        robustness("--corruptions", "fog,contrast,frost*", "--severities", "2,5", "--out", memory);
        List<JsonNode> fromFiles = results(stored, "corruption");
        List<JsonNode> fromMemory = results(memory, "corruption");
        assertThat(fromFiles).hasSize(6);
        for (JsonNode inMemory : fromMemory) {
            String name = inMemory.get("name").asText().replace("*", "_procedural");
            JsonNode same = fromFiles.stream()
                    .filter(one -> one.get("name").asText().equals(name)
                            && one.get("severity").equals(inMemory.get("severity")))
                    .findFirst()
                    .orElseThrow();
            assertThat(same.get("correct")).isEqualTo(inMemory.get("correct"));
            // Files are sorted by class, and on some processors the place of an image in its batch decides which
            // kernel computes its logits, whose last bit then differs.
            assertThat(same.get("cross_entropy").asDouble())
                    .isCloseTo(inMemory.get("cross_entropy").asDouble(), within(1e-7));
            assertThat(same.get("images")).isEqualTo(inMemory.get("images"));
            assertThat(same.get("stored").asBoolean()).isTrue();
            assertThat(inMemory.get("stored").asBoolean()).isFalse();
            assertThat(same.get("benchmark").asText()).isEqualTo("digits-c");
            assertThat(inMemory.get("benchmark").asText()).isEqualTo("CIFAR-10-C");
        }
    }

    @Test
    void whatASetLacksIsSaid() throws IOException {
        Path copy = folder.resolve("digits-c");
        assertThat(corrupt(copy, "--severity", "2,5").exitCode()).isZero();
        AtomicFiles.removeFolder(copy.resolve("contrast/5"));
        Said said = robustness("--corrupted-set", copy, "--out", folder.resolve("out"));
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out())
                .contains("contrast/5 is missing or has no folders of classes")
                .doesNotContain("fog/1", "contrast/1");
    }

    @Test
    void anUnfinishedCopyIsFinishedAndAnotherOneRefused() throws IOException {
        Path copy = folder.resolve("digits-c");
        assertThat(corrupt(copy, "--severity", 1).exitCode()).isZero();
        Path one;
        try (Stream<Path> files = Files.walk(copy.resolve("fog"))) {
            one = files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        byte[] before = Files.readAllBytes(one);
        Files.delete(one);
        assertThat(corrupt(copy, "--severity", 1).exitCode()).isZero();
        assertThat(one).hasBinaryContent(before);
        Said other = corrupt(copy, "--severity", 1, "--seed", 1);
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.error()).contains("copy of other images, or with another side, seed or frost");
        Said occupied = corrupt(digits);
        assertThat(occupied.exitCode()).isEqualTo(2);
        assertThat(occupied.error()).contains("is not empty");
    }

    @Test
    void theLayoutOfCifarIsReadByRows() throws IOException {
        Path set = Files.createDirectories(folder.resolve("c"));
        int images = 5 * 4;
        byte[] labels = new byte[images];
        for (int i = 0; i < images; i++) {
            labels[i] = (byte) (i % 2);
        }
        NpyImagesTest.write(set.resolve("labels.npy"), "|u1", "(20,)", labels);
        NpyImagesTest.write(set.resolve("fog.npy"), "|u1", "(20, 16, 16, 3)", new byte[images * 16 * 16 * 3]);
        Path named = named(
                List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"));
        Path out = folder.resolve("out");
        Said said = Said.by(
                "robustness",
                "--threads",
                1,
                "--weights",
                named,
                "--attacks",
                "none",
                "--bands",
                "none",
                "--corrupted-set",
                set,
                "--out",
                out);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(results(out, "corruption")).hasSize(5).allSatisfy(one -> {
            assertThat(one.get("benchmark").asText()).isEqualTo("CIFAR-10-C");
            assertThat(one.get("images").asInt()).isEqualTo(4);
            // All images are black, so all are taken for the same class.
            assertThat(one.get("correct").asInt()).isIn(0, 2);
        });
        NpyImagesTest.write(set.resolve("fog.npy"), "|u1", "(19, 16, 16, 3)", new byte[19 * 16 * 16 * 3]);
        Said odd = robustness("--corrupted-set", set, "--out", folder.resolve("odd"));
        assertThat(odd.exitCode()).isEqualTo(3);
        assertThat(odd.error()).contains("fog.npy has 19 images").doesNotContain("Exception");
    }

    /** Trains a classifier of classes with these names. */
    private Path named(List<String> classes) throws IOException {
        Path images = folders(folder.resolve("named"), classes);
        Path out = folder.resolve("named-run");
        TinyRuns.tuned(images, out);
        return out;
    }

    /** Writes images of digits into folders with these names, in turn. */
    private static Path folders(Path to, List<String> classes) throws IOException {
        Path flat = to.resolveSibling(to.getFileName() + "-flat");
        assertThat(Said.by(
                                "data",
                                "corrupt",
                                "--data",
                                digits,
                                "--out",
                                flat,
                                "--side",
                                16,
                                "--name",
                                "contrast",
                                "--severity",
                                1)
                        .exitCode())
                .isZero();
        List<Path> files;
        try (Stream<Path> found = Files.walk(flat)) {
            files = found.filter(file -> file.toString().endsWith(".png"))
                    .sorted()
                    .toList();
        }
        for (int i = 0; i < Math.max(files.size(), 4 * classes.size()); i++) {
            Path target = Files.createDirectories(to.resolve(classes.get(i % classes.size())));
            Files.copy(files.get(i % files.size()), target.resolve(i + ".png"));
        }
        return to;
    }

    @Test
    void otherImagesAreClassifiedAmongTheirClassesAndComparedWithTheSameOnes() throws IOException {
        Path other = folders(folder.resolve("sketches"), List.of("1", "cat"));
        Path out = folder.resolve("out");
        Said said = robustness("--corruptions", "none", "--other-set", other, "--out", out);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out()).contains("sketches", "less the same classes of the images");
        JsonNode set = results(out, "set").get(0);
        JsonNode same = results(out, "same-classes").get(0);
        assertThat(set.get("name").asText()).isEqualTo("sketches");
        // Half of the images are of a class that the model does not know.
        assertThat(set.get("images").asInt()).isEqualTo(8);
        assertThat(same.get("images").asInt()).isEqualTo(8);
        assertThat(results(out, "clean").get(0).get("images").asInt()).isEqualTo(16);
        // There is one class to choose from.
        assertThat(same.get("accuracy").asDouble()).isEqualTo(1);
        JsonNode summary = new ObjectMapper()
                .readTree(out.resolve("results.json").toFile())
                .get("summary")
                .get(0)
                .get("sets")
                .get("sketches");
        assertThat(summary.get("gap").asDouble())
                .isEqualTo(set.get("accuracy").asDouble() - same.get("accuracy").asDouble());
    }

    @Test
    void theProtocolOfThePaperMeasuresAttacksOnAllImagesAndNothingElseUnasked() throws IOException {
        Path out = folder.resolve("out");
        Said said = Said.by(
                "robustness",
                "--threads",
                1,
                "--protocol",
                "rvt",
                "--weights",
                run,
                "--imagenet-val",
                digits,
                "--out",
                out);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out()).contains("preprocessing: crop 16 of 18");
        assertThat(results(out, "attack")).hasSize(2);
        assertThat(results(out, "clean")).hasSize(1);
        assertThat(results(out, "corruption")).isEmpty();
        assertThat(results(out, "low-pass")).isEmpty();
    }

    @Test
    void whatIsNoSuchSetIsSaidInASentence() throws IOException {
        Path copy = folder.resolve("digits-c");
        assertThat(corrupt(copy, "--severity", 1).exitCode()).isZero();
        refused(3, "is a set of corrupted images; give it with --corrupted-set", "--data", copy);
        refused(3, "holds no corrupted images", "--corrupted-set", Files.createDirectory(folder.resolve("empty")));
        refused(3, "is no folder", "--corrupted-set", folder.resolve("nowhere"));
        refused(
                3,
                "not exactly the 200 of ImageNet-R",
                "--imagenet-r",
                folders(folder.resolve("r"), List.of("1", "0")));
        refused(
                2,
                "there are two sets named r",
                "--other-set",
                folder.resolve("r"),
                "--other-set",
                folder.resolve("r"));
        refused(3, "none of 2 classes", "--other-set", folders(folder.resolve("other"), List.of("cat", "dog")));
        refused(2, "--protocol is 'rtv', but the only one is rvt", "--protocol", "rtv");
    }

    private void refused(int exitCode, String words, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--out", folder.resolve("refused")));
        Said said = robustness(all.toArray());
        assertThat(said.exitCode()).as(said.error()).isEqualTo(exitCode);
        assertThat(said.error()).contains(words).doesNotContain("Exception");
    }
}

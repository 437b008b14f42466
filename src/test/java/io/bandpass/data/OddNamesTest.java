package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.testing.ChildProcess;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Images;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that the locale cannot spell, names that are no text, names that would steer a terminal, names of systems. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "names there are text")
final class OddNamesTest {
    @TempDir
    private Path folder;

    private Path set = Path.of("");

    @BeforeEach
    void set() throws IOException {
        set = Files.createDirectory(folder.resolve("set"));
    }

    /** Puts an image under a name of these bytes. */
    private void photo(Charset charset, String... names) {
        for (String name : names) {
            Path file = set.resolve(FileNames.ofBytes(name.getBytes(charset)));
            try {
                Files.createDirectories(file.getParent());
                Files.write(file, Images.encoded(1, 5, 4, "png"));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private Datasets open() {
        return Datasets.open(Configs.data(0), List.of(set.toString()), 0, 0);
    }

    private static List<String> names(ImageSource images) {
        return IntStream.range(0, images.size()).mapToObj(images::relativeName).toList();
    }

    /** The locale of containers and services, spelt in each way, and one that is not installed. */
    @ParameterizedTest
    @ValueSource(strings = {"C", "POSIX", "", "de_XX.UTF-8", "C.UTF-8"})
    void classesAreToldApartInEveryLocale(String locale) throws Exception {
        photo(StandardCharsets.UTF_8, "\u00C4pfel/1.png", "\u00D6pfel/1.png", "\u00D6pfel/\u540D.png");
        photo(StandardCharsets.ISO_8859_1, "caf\u00E9/1.png", "caf\u00E8/1.png");
        Files.writeString(folder.resolve("list.txt"), "set/\u00C4pfel/1.png\nset/\u00D6pfel/\u540D.png\n");
        Path said = folder.resolve("said.json");
        try (ChildProcess child = new ChildProcess(
                folder.resolve("printed"),
                Map.of("LC_ALL", locale, "LANG", "", "LC_CTYPE", ""),
                List.of(),
                Opened.class.getName(),
                List.of(
                        said.toString(),
                        set.toString(),
                        folder.resolve("list.txt").toString()))) {
            assertThat(child.exitCode()).as(child.printed()).isZero();
        }
        JsonNode sets = new ObjectMapper().readTree(Files.readAllBytes(said));
        assertThat(sets.at("/0/classes"))
                .extracting(JsonNode::asText)
                .containsExactly("caf\\xE8", "caf\\xE9", "\u00C4pfel", "\u00D6pfel");
        assertThat(sets.at("/0/images"))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrder(
                        "0 caf\\xE8/1.png",
                        "1 caf\\xE9/1.png",
                        "2 \u00C4pfel/1.png",
                        "3 \u00D6pfel/1.png",
                        "3 \u00D6pfel/\u540D.png");
        assertThat(sets.at("/0/notices").toString()).contains("caf\\\\xE8", "LC_ALL=C.UTF-8");
        assertThat(sets.at("/1/images"))
                .extracting(JsonNode::asText)
                .containsExactly("-1 set/\u00C4pfel/1.png", "-1 set/\u00D6pfel/\u540D.png");
    }

    /** Opens sets in a process of its own, and writes labels and names. */
    static final class Opened {
        private Opened() {}

        public static void main(String[] arguments) throws IOException {
            List<Map<String, Object>> sets = new ArrayList<>();
            for (String path : List.of(arguments).subList(1, arguments.length)) {
                Datasets set = Datasets.open(Configs.data(0), List.of(path), 0, 0);
                ImageSource images = set.train();
                List<String> lines = IntStream.range(0, images.size())
                        .mapToObj(i -> images.label(i) + " " + images.relativeName(i))
                        .toList();
                sets.add(Map.of("classes", images.classNames(), "images", lines, "notices", set.notices()));
            }
            Files.write(Path.of(arguments[0]), new ObjectMapper().writeValueAsBytes(sets));
        }
    }

    @Test
    void anArgumentThatTheLocaleCannotSpellHasASentence() throws Exception {
        photo(StandardCharsets.UTF_8, "\u00C4pfel/1.png");
        Path printed = folder.resolve("printed");
        try (ChildProcess child = new ChildProcess(
                printed,
                Map.of("LC_ALL", "C"),
                List.of("sh", "-c", "exec \"$@\" $(printf 'set/\\303\\204pfel')", "sh"),
                "io.bandpass.cli.Main",
                List.of("data", "stats", "--data"))) {
            assertThat(child.exitCode()).isEqualTo(3);
            assertThat(child.printed()).contains("set a UTF-8 locale such as LC_ALL=C.UTF-8");
        }
    }

    @Test
    void noTwoNamesGiveTheSameText() throws IOException {
        photo(
                StandardCharsets.ISO_8859_1,
                "a\u00E9.png",
                "a\u00E8.png",
                "a\\xE9.png",
                "a\\x5CxE9.png",
                "a\\\u00E9.png");
        photo(StandardCharsets.UTF_8, "b\n.png", "b\t.png", "b\\x0A.png", "b\u009B.png", "b\\u009B.png", "b\u202E.png");
        photo(StandardCharsets.UTF_8, "c\\d.png", "c/d.png");
        ImageSource images = open().train();
        Set<String> names = new HashSet<>(names(images));
        assertThat(names).hasSize(13).contains("c\\d.png", "c/d.png", "b\\x0A.png", "b\\u202E.png", "a\\xE9.png");
        assertThat(names).noneMatch(name -> name.matches("(?s).*[\\x00-\\x1F\\x7F-\\x9F\\u202E].*"));
        assertThat(names(InferenceImages.open(Configs.data(0), List.of(set.toString()), 0)
                        .images()))
                .doesNotHaveDuplicates();
    }

    @Test
    void bytesComeBackAsTheyWere() {
        byte[] bytes = new byte[254];
        int length = 0;
        for (int i = 1; i < 256; i++) {
            if (i != '/') {
                bytes[length++] = (byte) i;
            }
        }
        assertThat(FileNames.bytes(FileNames.ofBytes(bytes))).isEqualTo(bytes);
        PathTable table = new PathTable();
        table.add(set.resolve(FileNames.ofBytes(bytes)));
        assertThat(table.path(0)).isEqualTo(set.resolve(FileNames.ofBytes(bytes)));
    }

    @Test
    void whatSystemsKeepForThemselvesIsNeitherClassNorImage() throws IOException {
        photo(
                StandardCharsets.UTF_8,
                "ant/1.png",
                "bee/1.png",
                "@eaDir/x.png",
                "__MACOSX/ant/1.png",
                "$RECYCLE.BIN/S-1/$R1.png",
                "lost+found/2.png",
                "System Volume Information/1.png",
                "ant/.ipynb_checkpoints/1-checkpoint.png",
                "ant/@eaDir/1.png/SYNOPHOTO_THUMB_M.png",
                "bee/._1.png");
        Files.write(set.resolve("bee/Thumbs.db"), Images.encoded(1, 5, 4, "png"));
        Datasets found = open();
        assertThat(names(found.train())).containsExactly("ant/1.png", "bee/1.png");
        assertThat(found.train().classNames()).containsExactly("ant", "bee");
        assertThat(found.notices())
                .singleElement()
                .satisfies(notice -> assertThat(notice)
                        .startsWith("left out, for they are hidden or made by a system")
                        .contains("$RECYCLE.BIN"));
    }

    @Test
    void aTextThatBeginsLikeAnImageTakesNobodyTheLabels() throws IOException {
        photo(StandardCharsets.UTF_8, "ant/1.png", "bee/1.png");
        Files.writeString(set.resolve("NOTES"), "BM is what a bitmap begins with, and this is none of them at all.");
        Files.writeString(set.resolve("notes.md"), "GIF89a is a format of 1989, about which there is much to say.");
        Files.writeString(set.resolve("bee/TODO"), "BMW pictures are missing");
        Datasets found = open();
        assertThat(found.train().classNames()).containsExactly("ant", "bee");
        assertThat(found.bad().files()).isEqualTo(2);
        Files.writeString(set.resolve("cover.jpg"), "no picture");
        Datasets withStray = Datasets.open(Configs.data(0.5), List.of(set.toString()), 0, 0);
        assertThat(withStray.train().classNames()).containsExactly("ant", "bee");
        assertThat(withStray.bad().size()).isEqualTo(1);
    }
}

package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bandpass.config.DataConfig;
import io.bandpass.image.BadImageException;
import io.bandpass.image.ImageDecoder;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Images;
import io.bandpass.testing.Tars;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ParquetImagesTest {
    private static final Path FILES = Path.of("src/test/resources/parquet");

    @TempDir
    private Path folder;

    private static List<String> written() throws IOException {
        List<String> names = new ArrayList<>();
        expected().fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static JsonNode expected() throws IOException {
        return JsonMapper.builder()
                .build()
                .readTree(FILES.resolve("parquet.json").toFile());
    }

    @ParameterizedTest
    @MethodSource("written")
    void everyImageHasTheBytesTheLabelAndTheNameThatWereWritten(String name) throws Exception {
        JsonNode file = expected().get(name);
        List<String> digests = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        file.get("paths").forEach(path -> paths.add(path.isNull() ? "" : path.asText()));
        boolean named = !paths.isEmpty() && paths.stream().distinct().count() == paths.size() && !paths.contains("");
        for (int row = 0; row < file.get("digests").size(); row++) {
            String own = name + (named ? "/" + paths.get(row) : "#" + row);
            if (file.get("digests").get(row).isNull()) {
                missing.add(at(own));
            } else {
                digests.add(file.get("digests").get(row).asText());
                names.add(own);
                if (!file.get("labels").isNull()) {
                    labels.add(file.get("labels").get(row).asInt(-1));
                }
            }
        }
        take(name);
        UnreadableImages unreadable = new UnreadableImages(1);
        ImageSource images =
                Datasets.openAsFound(config(), List.of(at(name)), unreadable).train();
        assertThat(relative(images)).isEqualTo(names);
        assertThat(unreadable.reasons().keySet()).containsExactlyElementsOf(missing);
        boolean labelled = !labels.isEmpty() && !labels.contains(-1);
        assertThat(images.isLabelled()).isEqualTo(labelled);
        for (int i = 0; i < images.size(); i++) {
            byte[] bytes = encoded(images, i);
            assertThat(digest(bytes)).as("row %d", i).isEqualTo(digests.get(i));
            assertThat(pixels(images, i)).isEqualTo(pixels(bytes));
            if (labelled) {
                assertThat(images.label(i)).as("row %d", i).isEqualTo(labels.get(i));
            }
        }
    }

    @Test
    void classesAreThoseThatDatasetsStoredInTheFileOrOfTheFileBesideItOrNumbers() throws IOException {
        take("datasets.parquet");
        text("classes.txt", "x\ny\nz\n");
        assertThat(open("datasets.parquet").train().classNames()).containsExactly("ant", "bee", "wasp");
        take("fallback.parquet");
        assertThat(open("fallback.parquet").train().classNames()).containsExactly("x", "y", "z");
        Files.delete(folder.resolve("classes.txt"));
        assertThat(open("fallback.parquet").train().classNames()).containsExactly("0", "1", "2");
        take("gzip-groups.parquet");
        assertThat(open("gzip-groups.parquet").train().classNames()).containsExactly("ant", "bee");
        assertThatThrownBy(() -> open("*.parquet"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("name different classes for shards of one set");
        byte[] doubled = Files.readAllBytes(folder.resolve("gzip-groups.parquet"));
        replace(doubled, "\"ant\", \"bee\"", "\"ant\", \"ant\"");
        Tars.write(folder.resolve("doubled.parquet"), doubled);
        assertThatThrownBy(() -> open("doubled.parquet")).hasMessageContaining("huggingface, have ant twice");
        replace(doubled, "{\"info\"", "[[[[[[[");
        Tars.write(folder.resolve("other.parquet"), doubled);
        Datasets numbered = open("other.parquet");
        assertThat(numbered.train().classNames()).containsExactly("0", "1");
        assertThat(numbered.notices())
                .anyMatch(
                        notice -> notice.contains("has an entry huggingface that is no JSON, so it names no classes"));
    }

    @Test
    void everyWayToNameFilesGivesTheSameImages() throws IOException {
        Files.createDirectories(folder.resolve("hf/data"));
        text("hf/README.md", "# A data set\n");
        take("datasets.parquet", "hf/data/train-00000-of-00002.parquet");
        take("datasets.parquet", "hf/data/train-00001-of-00002.parquet");
        List<String> names = relative(open("hf/data").train());
        assertThat(names).hasSize(12).contains("train-00001-of-00002.parquet/bee_1.jpg");
        assertThat(relative(open("hf/data/*.parquet").train())).isEqualTo(names);
        assertThat(relative(
                        open("hf/data/train-{00000..00001}-of-00002.parquet").train()))
                .isEqualTo(names);
        assertThat(relative(open("hf").train()))
                .isEqualTo(names.stream().map(name -> "data/" + name).toList());
        assertThat(open("hf").train().shardStarts()).containsExactly(0, 6);
        take("datasets.parquet", "hf/data/validation-00000-of-00001.parquet");
        Datasets split = open("hf");
        assertThat(split.train().size()).isEqualTo(12);
        assertThat(relative(split.heldOut().orElseThrow()))
                .hasSize(6)
                .allMatch(name -> name.startsWith("data/validation-00000-of-00001.parquet/"));
    }

    @Test
    void imagesThatAreMissingAreListedWithTheReason() throws IOException {
        take("nulls.parquet");
        UnreadableImages unreadable = new UnreadableImages(1);
        Datasets.openAsFound(config(), List.of(at("nulls.parquet")), unreadable);
        assertThat(unreadable.files()).isEqualTo(4);
        assertThat(unreadable.reasons())
                .containsExactly(
                        entry(at("nulls.parquet#1"), "its row has no image"),
                        entry(
                                at("nulls.parquet#3"),
                                "its row has a path but no bytes; write the file with the images in it"));
    }

    @Test
    void labelsThatAreNeededAndMissingAreNamedWithTheReason() throws IOException {
        take("nulls.parquet");
        assertThatThrownBy(() -> labelled("nulls.parquet"))
                .hasMessageContaining("nulls.parquet#0 has no label: its column label holds null or -1");
        take("binary.parquet");
        assertThatThrownBy(() -> labelled("binary.parquet"))
                .hasMessageContaining("binary.parquet#0 has no column label of whole numbers");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bad-zstd     | it is compressed with Zstandard, which is not supported; rewrite it uncompressed, or with snappy
            bad-brotli   | it is compressed with Brotli, which is not supported
            bad-lz4      | it is compressed with LZ4, which is not supported
            bad-encoding | its column label has the encoding 5, which is not supported; rewrite it with PLAIN or dictionary
            bad-layout   | it has no column image or img that is a struct with binary bytes, or binary itself; its columns are text (text), image (text), tags.list.element (list of text)
            """)
    void otherFormsAreRefusedWithTheReason(String name, String reason) throws IOException {
        take(name + ".parquet");
        assertThatThrownBy(() -> open(name + ".parquet"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void whatIsKnownOfAFileIsNotReadAgainUntilItChanges() throws Exception {
        for (String name : List.of("datasets.parquet", "gzip-groups.parquet")) {
            take(name);
            ImageSource first = open(name).train();
            List<byte[]> images = new ArrayList<>();
            for (int i = 0; i < first.size(); i++) {
                images.add(encoded(first, i));
            }
            byte[] content = Files.readAllBytes(folder.resolve(name));
            // The footer is damaged, in a way that a scan would notice.
            content[content.length - 1] = 0;
            Tars.write(folder.resolve(name), content);
            ImageSource again = open(name).train();
            assertThat(relative(again)).isEqualTo(relative(first));
            assertThat(again.classNames()).isEqualTo(first.classNames());
            for (int i = 0; i < again.size(); i++) {
                assertThat(encoded(again, i)).isEqualTo(images.get(i));
                assertThat(again.label(i)).isEqualTo(first.label(i));
            }
            Files.setLastModifiedTime(folder.resolve(name), FileTime.fromMillis(1_000_000_000_000L));
            assertThatThrownBy(() -> pixels(first, 0))
                    .isInstanceOf(BadImageException.class)
                    .hasMessage("its shard has changed since it was opened; start again");
            assertThatThrownBy(() -> open(name)).hasMessageContaining("it is truncated");
        }
    }

    @Test
    void imagesAreRecognisedWhenFilesAreMoved() throws IOException {
        take("gzip-groups.parquet", "a/x.parquet");
        take("img.parquet", "a/y.parquet");
        ImageSource before = open("a").train();
        SplitKeys keys = SplitKeys.of(before.select(new int[] {0, 12}), before.select(new int[] {1, 13}));
        Files.move(folder.resolve("a"), folder.resolve("b"));
        byte[] found = keys.match(open("b").train(), false);
        assertThat(List.of(found[0], found[1], found[12], found[13]))
                .containsExactly(SplitKeys.TRAINED, SplitKeys.HELD_OUT, SplitKeys.TRAINED, SplitKeys.HELD_OUT);
    }

    @Test
    void aCacheOfPagesGivesTheSameBytesWhateverItsSize() throws Exception {
        take("gzip-groups.parquet");
        ParquetParts parts = ShardScan.of(
                        folder.resolve("gzip-groups.parquet"),
                        FileFacts.of(folder.resolve("gzip-groups.parquet")),
                        new Semaphore(1))
                .parquet();
        assertThat(parts.pages()).hasSizeGreaterThan(8);
        Path file = folder.resolve("gzip-groups.parquet");
        PageCache none = new PageCache(0);
        for (long capacity : new long[] {700, 2000, 1 << 20}) {
            PageCache cache = new PageCache(capacity);
            IntStream.range(0, 400).parallel().forEach(i -> {
                var page = parts.pages().get(i * 7 % parts.pages().size());
                try {
                    assertThat(cache.bytes(file, page, 1, page.size() - 1))
                            .isEqualTo(none.bytes(file, page, 1, page.size() - 1));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
        }
        // What is kept needs no file any more.
        PageCache kept = new PageCache(1 << 20);
        kept.bytes(file, parts.pages().get(0), 0, 1);
        Files.delete(file);
        assertThat(kept.bytes(file, parts.pages().get(0), 0, 4)).hasSize(4);
        assertThatThrownBy(() -> kept.bytes(file, parts.pages().get(1), 0, 4)).isInstanceOf(IOException.class);
    }

    @Test
    void anInterruptDoesNotMakeAnImageUnreadable() throws Exception {
        take("gzip-groups.parquet");
        ImageSource images = open("gzip-groups.parquet").train();
        Thread.currentThread().interrupt();
        byte[] pixels = pixels(images, 3);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(pixels).isEqualTo(pixels(images, 3)).hasSize(3 * 12 * 8);
    }

    @Test
    void parquetFilesAmongImagesAreNotRead() throws IOException {
        Images.write(folder.resolve("mixed/a.png"), 1, 8, 8);
        take("img.parquet", "mixed/metadata.parquet");
        Datasets datasets = open("mixed");
        assertThat(relative(datasets.train())).containsExactly("a.png");
        assertThat(datasets.notices())
                .anyMatch(notice -> notice.contains("tar and Parquet files among images are not read")
                        && notice.contains("mixed/metadata.parquet"));
    }

    private void take(String name) throws IOException {
        take(name, name);
    }

    private void take(String name, String as) throws IOException {
        Tars.write(folder.resolve(as), Files.readAllBytes(FILES.resolve(name)));
    }

    private static void replace(byte[] content, String before, String after) {
        int at = new String(content, StandardCharsets.ISO_8859_1).indexOf(before);
        assertThat(at).isPositive();
        byte[] bytes = after.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(bytes).hasSize(before.length());
        System.arraycopy(bytes, 0, content, at, bytes.length);
    }

    private DataConfig config() {
        return Configs.data(0).withIndex(at("index"));
    }

    private Datasets open(String path) {
        return Datasets.open(config(), List.of(at(path)), 0, 0);
    }

    private void labelled(String path) {
        Datasets.openLabelled(config(), List.of(at(path)), 0, 0, new UnreadableImages(1));
    }

    private String at(String path) {
        return folder.resolve(path).toString();
    }

    private void text(String path, String text) {
        Images.write(folder.resolve(path), text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> relative(ImageSource images) {
        return Stream.iterate(0, i -> i < images.size(), i -> i + 1)
                .map(images::relativeName)
                .toList();
    }

    private static byte[] encoded(ImageSource images, int index) throws BadImageException, IOException {
        EncodedImage image = EncodedImage.of(images, index);
        try (InputStream bytes = image.open()) {
            return bytes.readNBytes((int) image.size());
        }
    }

    private static String digest(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static byte[] pixels(ImageSource images, int index) throws BadImageException {
        try (PointerScope scope = new PointerScope()) {
            return images.read(index).toBytes();
        }
    }

    private static byte[] pixels(byte[] content) throws BadImageException {
        try (PointerScope scope = new PointerScope()) {
            return ImageDecoder.read(content, 1 << 20).toBytes();
        }
    }
}

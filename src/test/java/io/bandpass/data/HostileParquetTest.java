package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.DataConfig;
import io.bandpass.image.BadImageException;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Images;
import io.bandpass.testing.Parquets;
import io.bandpass.testing.Parquets.Struct;
import io.bandpass.testing.Tars;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Parquet files that are damaged, or made to take memory or time. */
final class HostileParquetTest {
    private static final Path FILES = Path.of("src/test/resources/parquet");
    private static final byte[] PICTURE = Images.encoded(7, 12, 8, "png");
    private static final byte[] VALUE = Parquets.value(PICTURE);
    private static final int MUTATIONS = 120;

    @TempDir
    private Path folder;

    @Test
    void theFilesOfTheseTestsAreReadUnlessTheyAreHostile() throws IOException {
        assertThat(names(new Parquets().data(1, Parquets.PLAIN, VALUE).file(1))).containsExactly("#0");
        byte[] indices = {1, 2 << 1, 0};
        assertThat(names(new Parquets()
                        .dictionary(1, VALUE)
                        .data(2, Parquets.RLE_DICTIONARY, indices)
                        .file(2)))
                .containsExactly("#0", "#1");
        assertThat(names(packed(gzip(VALUE), VALUE.length, 1))).containsExactly("#0");
    }

    @Test
    void whatIsNoParquetFileIsListedWithTheReason() {
        byte[] whole = new Parquets().data(1, Parquets.PLAIN, VALUE).file(1);
        assertThat(reason(new byte[0])).isEqualTo("it is empty");
        assertThat(reason("PAR".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo("it is no Parquet file: it does not begin with PAR1");
        assertThat(reason("version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo("it is no Parquet file: it does not begin with PAR1");
        assertThat(reason("PAR1PAR1".getBytes(StandardCharsets.US_ASCII))).contains("it is truncated");
        assertThat(reason(Arrays.copyOf(whole, whole.length - 9))).contains("it is truncated");
        byte[] encrypted = whole.clone();
        encrypted[whole.length - 1] = 'E';
        assertThat(reason(encrypted)).isEqualTo("its footer is encrypted; write it without encryption");
        encrypted[3] = 'E';
        assertThat(reason(encrypted)).isEqualTo("its footer is encrypted; write it without encryption");
        byte[] long1 = whole.clone();
        long1[whole.length - 5] = 0x7F;
        assertThat(reason(long1)).contains("its footer claims").contains("of the file's " + whole.length);
        long1[whole.length - 5] = (byte) 0x80;
        assertThat(reason(long1)).contains("its footer claims");
        for (int length = 1; length < whole.length; length++) {
            assertThat(reason(Arrays.copyOf(whole, length))).isNotEmpty();
        }
    }

    @Test
    void footersThatNestWithoutEndOrClaimEndlessListsAreListed() {
        byte[] nested = new byte[200_000];
        // A structure in a structure, and so on.
        Arrays.fill(nested, (byte) 0x1C);
        assertThat(reason(new Parquets().file(nested))).contains("no valid Thrift structure");
        // A list in a list, and so on, in a field that is skipped.
        Arrays.fill(nested, (byte) 0x19);
        assertThat(reason(new Parquets().file(nested))).contains("no valid Thrift structure");
        byte[] list = {0x29, (byte) 0xFC, -1, -1, -1, -1, 7, 0};
        assertThat(reason(new Parquets().file(list))).contains("no valid Thrift structure");
        byte[] text = {0x18, -1, -1, -1, -1, 7, 0};
        assertThat(reason(new Parquets().file(text))).contains("its footer ends early");
        byte[] number = new byte[20];
        Arrays.fill(number, (byte) 0xFF);
        number[0] = 0x16;
        assertThat(reason(new Parquets().file(number))).contains("no valid Thrift structure");
        assertThat(reason(new Parquets().file(new byte[] {0}))).contains("its schema does not fit together");
    }

    @Test
    void schemasThatDoNotFitTogetherAreListed() {
        Struct root = new Struct().set(4, "schema").set(5, 2);
        assertThat(reason(schema(root, image()))).contains("its schema does not fit together");
        root.set(5, -1);
        assertThat(reason(schema(root, image()))).contains("its schema does not fit together");
        root.set(5, 1);
        assertThat(reason(schema(root, image().set(1, 77)))).contains("its schema does not fit together");
        Struct[] deep = new Struct[500];
        Arrays.fill(deep, new Struct().set(4, "a").set(5, 1));
        assertThat(reason(schema(deep))).contains("nested more than 64 deep");
        Struct[] many = new Struct[70_000];
        Arrays.fill(many, image());
        assertThat(reason(schema(many))).contains("more than 65536 columns");
        assertThat(reason(schema(root, image().set(3, 2))))
                .contains("has no column image or img")
                .contains("image (list of BYTE_ARRAY)");
        assertThat(reason(schema(root, image().set(1, 2)))).contains("image (INT64)");
    }

    private static Struct image() {
        return new Struct().set(1, 6).set(3, 0).set(4, "image");
    }

    private static byte[] schema(Struct... elements) {
        Parquets file = new Parquets().data(1, Parquets.PLAIN, VALUE);
        file.footer.set(2, elements);
        return file.file(1);
    }

    @Test
    void chunksThatLieElsewhereThanTheFooterSaysAreListed() {
        for (long[] field : new long[][] {
            {9, 3},
            {9, -1},
            {9, Long.MAX_VALUE},
            {9, 1 << 20},
            {7, -1},
            {7, Long.MAX_VALUE},
            {7, 1 << 20},
            {5, 2},
            {1, 2}
        }) {
            Parquets file = new Parquets().data(1, Parquets.PLAIN, VALUE);
            file.column.set((int) field[0], field[1]);
            assertThat(reason(file.file(1)))
                    .as("field %d", field[0])
                    .isEqualTo("row group 0 of column image does not fit into the file: the footer is damaged");
        }
        Parquets twice = new Parquets().data(1, Parquets.PLAIN, VALUE);
        twice.footer.set(4, new Struct[] {twice.group, twice.group});
        assertThat(reason(twice.file(1))).contains("row group 1 of column image does not fit");
        Parquets other = new Parquets().data(1, Parquets.PLAIN, VALUE);
        other.chunk.set(1, "other.parquet");
        assertThat(reason(other.file(1))).contains("its column image lies in another file");
        Parquets encrypted = new Parquets().data(1, Parquets.PLAIN, VALUE);
        encrypted.chunk.set(8, new Struct());
        assertThat(reason(encrypted.file(1))).contains("its column image is encrypted");
        Parquets codec = new Parquets().data(1, Parquets.PLAIN, VALUE);
        codec.column.set(4, 99);
        assertThat(reason(codec.file(1))).contains("an unknown codec, number 99");
    }

    @Test
    void rowsThatAFileOfItsSizeCannotHaveAreRefused() {
        for (long rows : new long[] {70_000, 1L << 40, Long.MAX_VALUE}) {
            assertThat(reason(new Parquets().data(1, Parquets.PLAIN, VALUE).file(rows)))
                    .startsWith("it claims more than 65536 rows, too many for images in");
        }
        assertThat(reason(new Parquets().data(1, Parquets.PLAIN, VALUE).file(-1)))
                .contains("does not fit");
        // One run of a level stands for all these nulls, which the file may claim.
        Parquets nulls =
                new Parquets().data(60_000, Parquets.PLAIN, new byte[] {4, 0, 0, 0, (byte) 0xC0, (byte) 0xA9, 7, 0});
        nulls.image.set(3, 1);
        assertThat(reasons(nulls.file(60_000))).hasSize(60_000).containsEntry("#59999", "its row has no image");
    }

    @Test
    void pagesThatClaimMoreThanThereIsEndTheFile() {
        for (int[] claim : new int[][] {{-1, -1}, {1 << 30, 1 << 30}, {VALUE.length, -1}, {-1, VALUE.length}}) {
            Struct header = Parquets.header(0, claim[0], claim[1], 5, 1, Parquets.PLAIN);
            assertThat(reason(new Parquets().page(header, VALUE).file(1))).contains("there is no valid page at byte");
        }
        assertThat(reason(new Parquets()
                        .page(Parquets.header(0, VALUE.length + 1, VALUE.length, 5, 1, Parquets.PLAIN), VALUE)
                        .file(1)))
                .contains("is not compressed, but claims two sizes");
        assertThat(reason(new Parquets().data(2, Parquets.PLAIN, VALUE).file(1)))
                .contains("more values than its row group");
        assertThat(reason(new Parquets().data(-5, Parquets.PLAIN, VALUE).file(1)))
                .contains("there is no valid page");
        assertThat(reason(new Parquets().data(1, 5, VALUE).file(1))).contains("has the encoding 5");
        for (int length : new int[] {-1, Integer.MIN_VALUE, PICTURE.length + 1, Integer.MAX_VALUE}) {
            byte[] body = Parquets.value(length, PICTURE);
            assertThat(reason(new Parquets().data(1, Parquets.PLAIN, body).file(1)))
                    .contains("has a value that leads beyond its end");
        }
        Parquets levels = new Parquets().data(1, Parquets.PLAIN, Parquets.value(1 << 30, PICTURE));
        levels.image.set(3, 1);
        assertThat(reason(levels.file(1))).contains("ends within its levels");
        Parquets fewLevels = new Parquets().data(1, Parquets.PLAIN, Parquets.value(0, PICTURE));
        fewLevels.image.set(3, 1);
        assertThat(reason(fewLevels.file(1))).contains("fewer values than it claims");
        Struct second = new Struct()
                .set(1, 3)
                .set(2, VALUE.length)
                .set(3, VALUE.length)
                .set(8, new Struct().set(1, 1).set(4, 0).set(5, 1 << 30).set(6, 1 << 30));
        assertThat(reason(new Parquets().page(second, VALUE).file(1))).contains("there is no valid page");
    }

    @Test
    void imagesBeforeTheDamageAreUsed() {
        Parquets file = new Parquets()
                .data(1, Parquets.PLAIN, VALUE)
                .data(1, Parquets.PLAIN, VALUE)
                .data(1, Parquets.PLAIN, Parquets.value(-1, PICTURE));
        assertThat(names(file.file(3))).containsExactly("#0", "#1");
        assertThat(reasons(file.file(3))).containsOnlyKeys("");
    }

    @Test
    void indicesBeyondTheDictionaryEndTheFile() {
        for (byte[] indices :
                List.of(new byte[] {1, 2, 1}, new byte[] {32, 2, -1, -1, -1, -1}, new byte[] {2, 3, -1, -1})) {
            assertThat(reason(new Parquets()
                            .dictionary(1, VALUE)
                            .data(1, Parquets.RLE_DICTIONARY, indices)
                            .file(1)))
                    .containsPattern("refers to entry \\d+ of a dictionary of 1");
        }
        for (byte[] indices : List.of(new byte[] {33, 2, 0}, new byte[] {-1, 2, 0}, new byte[0])) {
            assertThat(reason(new Parquets()
                            .dictionary(1, VALUE)
                            .data(1, Parquets.RLE_DICTIONARY, indices)
                            .file(1)))
                    .contains("has no valid indices");
        }
        byte[] index = {1, 2, 0};
        assertThat(reason(new Parquets().data(1, Parquets.RLE_DICTIONARY, index).file(1)))
                .contains("refers to a dictionary, but there is none before it");
        assertThat(reason(new Parquets()
                        .dictionary(1, VALUE)
                        .dictionary(1, VALUE)
                        .data(1, Parquets.RLE_DICTIONARY, index)
                        .file(1)))
                .contains("is a second dictionary");
        assertThat(reason(new Parquets()
                        .dictionary(Integer.MAX_VALUE, VALUE)
                        .data(1, Parquets.RLE_DICTIONARY, index)
                        .file(1)))
                .contains("more values than its row group has rows");
        assertThat(reason(new Parquets()
                        .dictionary(1, new byte[3])
                        .data(1, Parquets.RLE_DICTIONARY, index)
                        .file(1)))
                .contains("has a value that leads beyond its end");
    }

    @Test
    void compressedPagesThatAreNotWhatTheyClaimEndTheFile() throws IOException {
        byte[] zeros = gzip(new byte[1 << 20]);
        assertThat(reason(packed(zeros, Integer.MAX_VALUE, 1))).contains("a sixteenth of Java's memory");
        assertThat(reason(packed(zeros, 4_000_000, 1))).contains("which is impossible: it is damaged");
        for (int size : new int[] {0, 100, (1 << 20) - 1, (1 << 20) + 1}) {
            assertThat(reason(packed(zeros, size, 1))).contains("cannot be decompressed to the size that it claims");
        }
        byte[] damaged = gzip(VALUE);
        damaged[damaged.length / 2] ^= 0x55;
        assertThat(reason(packed(damaged, VALUE.length, 1))).contains("cannot be decompressed");
        assertThat(reason(packed(VALUE, VALUE.length, 1))).contains("cannot be decompressed");
        assertThat(reason(packed(VALUE, VALUE.length, 1, 1))).contains("cannot be decompressed");
    }

    @ParameterizedTest
    @MethodSource("written")
    void whateverBytesAreChangedOnlyTheDocumentedExceptionsCome(Path source) throws IOException {
        byte[] whole = Files.readAllBytes(source);
        Random random = new Random(20261130);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] content = mutated(whole, random);
            try {
                read += readAll(content) > 0 ? 1 : 0;
            } catch (DataException e) {
                refused++;
                assertThat(e.getMessage()).as("mutation %d", i).doesNotContain("Exception", "null", "\n");
            }
        }
        assertThat(refused).isGreaterThan(MUTATIONS / 20);
        assertThat(read + refused).isGreaterThan(MUTATIONS / 2);
    }

    private static List<Path> written() throws IOException {
        try (Stream<Path> files = Files.list(FILES)) {
            return files.filter(file -> file.toString().endsWith(".parquet"))
                    .sorted()
                    .toList();
        }
    }

    private static byte[] mutated(byte[] whole, Random random) {
        int kind = random.nextInt(8);
        if (kind == 0) {
            return Arrays.copyOf(whole, random.nextInt(whole.length));
        }
        byte[] content = whole.clone();
        // The footer is where a byte matters most.
        int from = kind < 4 ? 0 : Math.max(0, whole.length - 1200);
        for (int i = 0; i < kind; i++) {
            int at = from + random.nextInt(whole.length - from);
            content[at] = kind == 7 ? (byte) 0xFF : (byte) (content[at] ^ (1 << random.nextInt(8)));
        }
        return content;
    }

    /** Opens a file, decodes all images and returns how many there are. */
    private int readAll(byte[] content) {
        ImageSource images = open(content, new UnreadableImages(1));
        for (int i = 0; i < images.size(); i++) {
            try (PointerScope scope = new PointerScope()) {
                assertThat(images.read(i).width()).isPositive();
                EncodedImage encoded = EncodedImage.of(images, i);
                try (InputStream bytes = encoded.open()) {
                    assertThat(bytes.readNBytes((int) encoded.size())).hasSize((int) encoded.size());
                }
            } catch (BadImageException e) {
                assertThat(e.reason()).isNotEmpty();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        return images.size();
    }

    private static byte[] packed(byte[] compressed, int size, int rows) {
        return packed(compressed, size, rows, Parquets.GZIP);
    }

    private static byte[] packed(byte[] compressed, int size, int rows, int codec) {
        Parquets file =
                new Parquets().page(Parquets.header(0, size, compressed.length, 5, rows, Parquets.PLAIN), compressed);
        file.column.set(4, codec);
        return file.file(rows);
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    private ImageSource open(byte[] content, UnreadableImages unreadable) {
        Path file = Tars.write(folder.resolve("x.parquet"), content);
        DataConfig config = Configs.data(0).withIndex("none");
        return Datasets.openAsFound(config, List.of(file.toString()), unreadable)
                .train();
    }

    private List<String> names(byte[] content) {
        ImageSource images = open(content, new UnreadableImages(1));
        return IntStream.range(0, images.size())
                .mapToObj(images::relativeName)
                .map(name -> name.replace("x.parquet", ""))
                .toList();
    }

    /** Reasons by the rest of the name behind the file's. */
    private Map<String, String> reasons(byte[] content) {
        UnreadableImages unreadable = new UnreadableImages(1);
        try {
            open(content, unreadable);
        } catch (DataException e) {
            assertThat(unreadable.reasons()).isNotEmpty();
        }
        int prefix = folder.resolve("x.parquet").toString().length();
        return unreadable.reasons().entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> entry.getKey().substring(prefix),
                        Map.Entry::getValue,
                        (a, b) -> a,
                        LinkedHashMap::new));
    }

    /** The reason why a file as a whole cannot be read. */
    private String reason(byte[] content) {
        return reasons(content).getOrDefault("", "");
    }
}

package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.bandpass.config.DataConfig;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Images;
import io.bandpass.testing.Tars;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shards that are damaged, hostile, or of forms that are seldom. */
final class OddShardsTest {
    private static final byte[] PICTURE = Images.encoded(7, 12, 8, "png");

    @TempDir
    private Path folder;

    private List<String> notices = List.of();

    @Test
    void linksDevicesAndSparseFilesAreListedWithTheReason() {
        Tars tars = new Tars()
                .header("sub/", '5', 0)
                .header("a.png", '1', 0)
                .header("b.png", '2', 0)
                .header("c.png", '3', 0)
                .header("d.png", '6', 0)
                .header("e.png", 'S', PICTURE.length)
                .content(PICTURE)
                .pax("GNU.sparse.major", "1")
                .file("f.png", PICTURE)
                .header("link.txt", '2', 0)
                .file("good.png", PICTURE);
        assertThat(reasons(tars.ended()))
                .containsExactly(
                        entry("a.png", "it is a link within the shard, which has no pixels of its own"),
                        entry("b.png", "it is a link within the shard, which has no pixels of its own"),
                        entry("c.png", "it is a device or another special file"),
                        entry("d.png", "it is a device or another special file"),
                        entry("e.png", "it is stored as a sparse file; write the shard without --sparse"),
                        entry("f.png", "it is stored as a sparse file; write the shard without --sparse"));
        assertThat(names(tars.unended())).containsExactly("good.png");
    }

    @Test
    void namesThatLeadOutOfTheShardAreNotTaken() {
        byte[] shard = new Tars()
                .file("../a.png", PICTURE)
                .file("/b.png", PICTURE)
                .file("x/../../c.png", PICTURE)
                .file("./d.png", PICTURE)
                .file("..e/f.png", PICTURE)
                .ended();
        assertThat(names(shard)).containsExactly("d.png", "..e/f.png");
        assertThat(reasons(shard))
                .hasSize(3)
                .allSatisfy((name, reason) -> assertThat(reason).isEqualTo("its name leads out of the shard"));
    }

    @Test
    void hiddenMembersThoseWithoutAnExtensionAndSamplesWithoutAnImageAreLeftOutWithANotice() {
        byte[] shard = new Tars()
                .file("._a.png", PICTURE)
                .file("__MACOSX/._a.png", PICTURE)
                .file("README", "text")
                .file("a.b/README", "text")
                .file("only.txt", "a caption")
                .file("a.png", PICTURE)
                .file("a.txt", "a caption")
                .ended();
        assertThat(names(shard)).containsExactly("a.png");
        assertThat(reasons(shard)).isEmpty();
        assertThat(notices)
                .containsExactly(
                        "1 sample of the shards without an image is left out",
                        "left out of the shards, for a name that is hidden, too long or without an extension: 4 members,"
                                + " such as " + folder.resolve("x.tar") + "/._a.png");
    }

    @Test
    void longNamesOfPaxAndGnuAreThoseOfTheFile() {
        String name = "n".repeat(180) + "/ä/" + "m".repeat(60);
        byte[] shard = new Tars()
                .pax("path", name + ".png")
                .file("n.png", PICTURE)
                .pax("path", name + ".cls")
                .file("n.cls", "1")
                .longName(name + "2.png")
                .file("n.png", PICTURE)
                .header("PaxHeader", 'g', 0)
                .file("n.png", PICTURE)
                .file("x".repeat(100), PICTURE)
                .ended();
        assertThat(names(shard)).containsExactly(name + ".png", name + "2.png", "n.png");
        assertThat(reasons(shard)).isEmpty();
        assertThat(names(new Tars()
                        .pax("size", "" + PICTURE.length)
                        .header("a.png", '0', 0)
                        .content(PICTURE)
                        .ended()))
                .as("a size in an extended header")
                .containsExactly("a.png");
        assertThat(names(new Tars()
                        .pax("path", "k".repeat(5000) + ".png")
                        .file("n.png", PICTURE)
                        .file("o.png", PICTURE)
                        .ended()))
                .containsExactly("o.png");
    }

    @Test
    void namesThatAreNoTextOrWouldControlATerminalAreEscaped() {
        byte[] shard = new Tars()
                .header(
                        new byte[] {'a', (byte) 0xE9, '.', 'p', 'n', 'g'},
                        '0',
                        "0000000" + Integer.toOctalString(PICTURE.length))
                .content(PICTURE)
                .file("b\u001b[31m\n.png", PICTURE)
                .ended();
        assertThat(names(shard)).containsExactly("a\\xE9.png", "b\\x1B[31m\\x0A.png");
    }

    @Test
    void aDoubledExtensionIsListed() {
        byte[] shard = new Tars()
                .file("a.png", PICTURE)
                .file("a.png", PICTURE)
                .file("b.cls", "0")
                .file("b.png", PICTURE)
                .file("b.cls", "1")
                .file("c.png", PICTURE)
                .ended();
        assertThat(names(shard)).containsExactly("c.png");
        assertThat(reasons(shard))
                .containsExactly(
                        entry("a.png", "the shard has several members .png of its key, of which one is meant"),
                        entry("b.png", "the shard has several members .cls of its key, of which one is meant"));
    }

    @Test
    void aKeyThatStandsInSeveralPlacesIsListed() {
        byte[] shard = new Tars()
                .file("a.png", PICTURE)
                .file("b.png", PICTURE)
                .file("a.cls", "0")
                .file("b.jpg", PICTURE)
                .file("c.png", PICTURE)
                .ended();
        assertThat(names(shard)).containsExactly("a.png", "b.png", "c.png");
        assertThat(reasons(shard)).containsOnlyKeys("a.cls", "b.jpg");
        assertThat(reasons(shard).get("a.cls")).contains("its key stood in the shard before");
    }

    @Test
    void ofSeveralImagesTheOneWithTheExtensionAloneIsTaken() {
        byte[] shard = new Tars()
                .file("a.seg.png", PICTURE)
                .file("a.webp", PICTURE)
                .file("a.png", PICTURE)
                .file("b.v2.png", PICTURE)
                .file("c.left.png", PICTURE)
                .file("c.right.png", PICTURE)
                .file("d.tif", PICTURE)
                .file("d.JPG", PICTURE)
                .ended();
        assertThat(names(shard)).containsExactly("a.png", "b.v2.png", "d.JPG");
        assertThat(reasons(shard)).containsOnlyKeys("c.left.png");
    }

    @ParameterizedTest
    @CsvSource({
        "1, it is truncated", // within the second picture
        "2, ", // at the end of a member, without end mark
        "3, it ends within a header",
    })
    void whatATruncatedShardHoldsBeforeItsEndIsUsed(int where, String reason) {
        byte[] start = new Tars().file("a.png", PICTURE).unended();
        byte[] both = new Tars().file("a.png", PICTURE).file("b.png", PICTURE).unended();
        byte[] shard = switch (where) {
            case 1 -> Arrays.copyOf(both, start.length + 512 + PICTURE.length - 1);
            case 2 -> start;
            default -> Arrays.copyOf(both, start.length + 511);
        };
        assertThat(names(shard)).containsExactly("a.png");
        if (reason == null) {
            assertThat(reasons(shard)).isEmpty();
            assertThat(notices)
                    .containsExactly(
                            "the shard " + folder.resolve("x.tar") + " has no end mark, so that it may be truncated");
        } else {
            assertThat(reasons(shard))
                    .hasSize(1)
                    .allSatisfy((name, why) -> assertThat(why).contains(reason));
        }
    }

    @Test
    void nothingIsAllocatedOnTheWordOfAHeader() {
        assertThat(reasons(new Tars()
                        .file("a.png", PICTURE)
                        .header("b.png", '0', 077777777777L)
                        .content(PICTURE)
                        .unended()))
                .containsExactly(entry("b.png", "the shard ends before its 8589934591 bytes do: it is truncated"));
        assertThat(reasons(new Tars()
                        .file("a.png", PICTURE)
                        .header("b.cls", '0', 077777777777L)
                        .content(PICTURE)
                        .unended()))
                .isEmpty();
        for (char type : "LxgK".toCharArray()) {
            assertThat(reasons(new Tars()
                            .file("a.png", PICTURE)
                            .header("b", type, 07777777777L)
                            .unended()))
                    .hasSize(1)
                    .allSatisfy((name, why) -> assertThat(why).contains("claims 1073741823 bytes, more than 1048576"));
            assertThat(reasons(new Tars()
                            .file("a.png", PICTURE)
                            .header("b", type, 0100000)
                            .unended()))
                    .allSatisfy((name, why) -> assertThat(why).contains("it ends within the extended header at byte"));
        }
        for (String record :
                List.of("0 path=a\n", "99 path=a\n", "9 path=a", "x\n", "99999999999999999999 a=b\n", "6 abc\n")) {
            byte[] content = record.getBytes(StandardCharsets.UTF_8);
            assertThat(reasons(new Tars()
                            .file("a.png", PICTURE)
                            .header("p", 'x', content.length)
                            .content(content)
                            .ended()))
                    .as(record)
                    .allSatisfy((name, why) -> assertThat(why).contains("is no list of records"))
                    .hasSize(1);
        }
        byte[] large = new byte[12];
        Arrays.fill(large, (byte) 0xFF);
        for (String size : List.of("-0000000001", "9999", new String(large, StandardCharsets.ISO_8859_1))) {
            assertThat(reasons(new Tars()
                            .file("a.png", PICTURE)
                            .header("b.png".getBytes(StandardCharsets.UTF_8), '0', size)
                            .unended()))
                    .as(size)
                    .hasSize(1);
        }
    }

    @Test
    void whatFollowsADamagedHeaderIsNotRead() {
        byte[] shard = new Tars()
                .file("a.png", PICTURE)
                .file("b.png", PICTURE)
                .file("c.png", PICTURE)
                .ended();
        int second = new Tars().file("a.png", PICTURE).unended().length;
        shard[second + 3] ^= 1;
        assertThat(names(shard)).containsExactly("a.png");
        assertThat(reasons(shard)).containsOnlyKeys("");
        assertThat(reasons(shard).get("")).startsWith("there is no valid header at byte " + second);
        assertThat(notices).anyMatch(notice -> notice.contains("is read only in part"));
    }

    @Test
    void everyDamageEndsInReasonsOrASentence() throws IOException {
        byte[] whole = new Tars()
                .longName("l".repeat(150) + ".png")
                .file("a.png", PICTURE)
                .pax("path", "b.png")
                .file("x", PICTURE)
                .ended();
        for (int at = 0; at < whole.length; at += 7) {
            byte[] other = whole.clone();
            other[at] ^= (byte) (1 << at % 8);
            Tars.write(folder.resolve("x.tar"), other);
            try {
                DatasetOverview.open(config(), List.of(at("x.tar")));
            } catch (DataException e) {
                assertThat(e).hasMessageStartingWith("no images in ");
            }
        }
    }

    @Test
    void filesThatAreNoTarArchiveSayWhatTheyAre() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(new Tars().file("a.png", PICTURE).ended());
        }
        Images.write(folder.resolve("set/a.tar.gz"), packed.toByteArray());
        Images.write(folder.resolve("set/b.tar"), packed.toByteArray());
        Images.write(folder.resolve("set/c.tar"), "no archive at all".getBytes(StandardCharsets.UTF_8));
        Images.write(folder.resolve("set/d.tar"), new byte[0]);
        Images.write(
                folder.resolve("set/e.tar"), Arrays.copyOf(new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD}, 600));
        String compressed = "; images are read from their positions, so decompress it first";
        assertThat(DatasetOverview.open(config(), List.of(at("set"))).bad().reasons())
                .containsExactly(
                        entry(at("set/a.tar.gz"), "it is compressed with gzip" + compressed),
                        entry(at("set/b.tar"), "it is compressed with gzip" + compressed),
                        entry(at("set/c.tar"), "it is no tar archive: it does not begin with the header of a member"),
                        entry(at("set/d.tar"), "it is empty"),
                        entry(at("set/e.tar"), "it is compressed with Zstandard" + compressed));
        assertThatThrownBy(() -> Datasets.open(config(), List.of(at("set/b.tar")), 0, 0))
                .hasMessageContaining("it is compressed with gzip");
        Tars.write(folder.resolve("f.tar"), new byte[10240]);
        assertThatThrownBy(() -> Datasets.open(config(), List.of(at("f.tar")), 0, 0))
                .hasMessageStartingWith("no images in " + at("f.tar"));
    }

    @Test
    void contentBehindTheEndMarkIsNoticed() {
        Tars joined = new Tars().file("a.png", PICTURE);
        joined.ended();
        byte[] shard = joined.file("b.png", PICTURE).ended();
        assertThat(names(shard)).containsExactly("a.png");
        assertThat(notices).anyMatch(notice -> notice.contains("holds more behind its end mark, from byte "));
    }

    @Test
    void imagesThatCannotBeReadAreListedUnderTheNameOfTheMember() {
        byte[] shard = new Tars()
                .file("a.png", new byte[0])
                .file("b.jpg", "no image")
                .file("c.png", Images.pngHeader(100_000, 100_000))
                .file("d.png", PICTURE)
                .ended();
        assertThat(names(shard)).containsExactly("d.png");
        assertThat(reasons(shard)).containsOnlyKeys("a.png", "b.jpg", "c.png");
        assertThat(reasons(shard).get("c.png")).contains("more than data.max-pixels");
    }

    @Test
    void aShardThatGrowsWhileItIsReadIsListed() throws IOException {
        Path shard = new Tars().file("a.png", PICTURE).write(folder.resolve("x.tar"));
        FileFacts before = FileFacts.of(shard);
        Files.write(shard, new byte[512], StandardOpenOption.APPEND);
        assertThat(ShardScan.of(shard, before, new Semaphore(1)).problem())
                .isEqualTo("it changed while it was read; wait until it has been written");
        Files.write(shard, new byte[100]);
        assertThat(ShardScan.of(shard, before, new Semaphore(1)).problem()).isNotEmpty();
    }

    @Test
    void aHundredThousandTinyMembersAreRead() {
        Tars tars = new Tars();
        for (int i = 0; i < 50_000; i++) {
            tars.file(i + ".png", PICTURE).file(i + ".cls", Integer.toString(i % 10));
        }
        byte[] shard = tars.ended();
        assertThat(names(shard)).hasSize(50_000).endsWith("49999.png");
    }

    @Test
    void shardsThatDoNotAgreeWithTheIndexBesideThemAreNoticed() {
        new Tars().file("a.png", PICTURE).write(folder.resolve("set/t-0.tar"));
        byte[] whole = new Tars().file("a.png", PICTURE).file("b.png", PICTURE).ended();
        Tars.write(folder.resolve("set/t-1.tar"), whole);
        Images.write(folder.resolve("set/other.json"), "[1, 2".getBytes(StandardCharsets.UTF_8));
        String entry = "{\"url\": \"%s\", \"nsamples\": %d, \"filesize\": %d}";
        String list = Stream.of(
                        String.format(Locale.ROOT, entry, "t-0.tar", 1, 1_000_000),
                        String.format(Locale.ROOT, entry, "t-1.tar", 3, whole.length),
                        String.format(Locale.ROOT, entry, "t-2.tar", 3, 5),
                        String.format(Locale.ROOT, entry, "../elsewhere.tar", 3, 5),
                        String.format(Locale.ROOT, entry, "https://example.org/t-3.tar?x=\\u0000", 3, 5),
                        "{}")
                .collect(Collectors.joining(", "));
        Images.write(
                folder.resolve("set/index.json"),
                ("{\"__kind__\": \"wids-shard-index-v1\", \"shardlist\": [" + list + "]}")
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(DatasetOverview.open(config(), List.of(at("set"))).notices())
                .containsExactly(
                        "the shard " + at("set/t-0.tar") + " has 2048 bytes, but by " + at("set/index.json")
                                + " 1000000 bytes: it is incomplete, or another",
                        "the shard " + at("set/t-1.tar") + " has 2 samples, but by " + at("set/index.json")
                                + " 3 samples",
                        at("set/index.json") + " lists 1 shard that is not there, such as " + at("set/t-2.tar"));
    }

    private DataConfig config() {
        return Configs.data(1).withIndex("none");
    }

    private DatasetOverview open(byte[] shard) {
        Tars.write(folder.resolve("x.tar"), shard);
        DatasetOverview overview = DatasetOverview.open(config(), List.of(at("x.tar")));
        notices = overview.notices();
        return overview;
    }

    /** Reasons by name within the shard; that of the shard itself is empty. */
    private Map<String, String> reasons(byte[] shard) {
        Map<String, String> reasons = new LinkedHashMap<>();
        open(shard)
                .bad()
                .reasons()
                .forEach((name, reason) -> reasons.put(
                        name.equals(at("x.tar"))
                                ? ""
                                : name.substring(at("x.tar").length() + 1),
                        reason));
        return reasons;
    }

    private List<String> names(byte[] shard) {
        ImageSource images = open(shard).images();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            names.add(images.relativeName(i).substring("x.tar/".length()));
        }
        return names;
    }

    private String at(String path) {
        return folder.resolve(path).toString();
    }
}

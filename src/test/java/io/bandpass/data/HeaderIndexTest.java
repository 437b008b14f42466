package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.DataConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.testing.Images;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an index changes (which files are read) and what it must not change (anything else). */
final class HeaderIndexTest {
    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

    @TempDir
    private Path folder;

    private Path photos;
    private Path cache;

    @BeforeEach
    void fill() {
        photos = folder.resolve("photos");
        cache = folder.resolve("cache");
        old(Images.write(photos.resolve("a/1.png"), 1, 20, 10));
        old(Images.write(photos.resolve("b/2.jpg"), 2, 30, 10));
        old(Images.write(photos.resolve("b/3.jpg"), "no image".getBytes(StandardCharsets.UTF_8)));
        old(Images.write(photos.resolve("b/notes"), "no image".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void unchangedFilesAreNotReadAgain() throws IOException {
        Seen first = open();
        assertThat(first.good()).containsExactly("a/1.png 20 x 10", "b/2.jpg 30 x 10");
        assertThat(first.bad()).containsOnlyKeys(photos.resolve("b/3.jpg").toString());
        for (String name : List.of("a/1.png", "b/2.jpg", "b/3.jpg", "b/notes")) {
            spoil(photos.resolve(name));
        }
        assertThat(open()).isEqualTo(first);
        assertThat(open("none").good()).as("the files are spoilt in truth").isEmpty();
    }

    @Test
    void filesOfAnotherTimeOrSizeAreReadAgain() throws IOException {
        open();
        old(Images.write(photos.resolve("a/1.png"), 1, 40, 20));
        Files.setLastModifiedTime(spoil(photos.resolve("b/2.jpg")), FileTime.fromMillis(1_000_000_001_000L));
        Seen changed = open();
        assertThat(changed.good()).containsExactly("a/1.png 40 x 20");
        assertThat(changed.bad()).hasSize(2);
        assertThat(open()).isEqualTo(changed);
    }

    @Test
    void newFilesAreFoundAndLostOnesForgotten() throws IOException {
        open();
        long before = Files.size(index());
        Files.delete(photos.resolve("b/2.jpg"));
        old(Images.write(photos.resolve("c/4.png"), 1, 7, 8));
        assertThat(open().good()).containsExactly("a/1.png 20 x 10", "c/4.png 7 x 8");
        assertThat(Files.size(index())).isEqualTo(before);
        Files.delete(photos.resolve("c/4.png"));
        assertThat(open().good()).containsExactly("a/1.png 20 x 10");
        assertThat(Files.size(index())).isLessThan(before);
    }

    @Test
    void filesThatHaveJustChangedAreNotTrusted() throws IOException {
        Path fresh = Images.write(photos.resolve("a/fresh.png"), 1, 5, 5);
        FileTime time = Files.getLastModifiedTime(fresh);
        assertThat(open().good()).contains("a/fresh.png 5 x 5");
        spoil(fresh);
        Files.setLastModifiedTime(fresh, time);
        assertThat(open().bad()).containsKey(fresh.toString());
    }

    @Test
    void aLimitOnPixelsHoldsWhateverIsStored() {
        assertThat(open("cache", 250).bad())
                .containsEntry(
                        photos.resolve("b/2.jpg").toString(),
                        "its header claims 30 x 10 pixels, more than data.max-pixels 250");
        assertThat(open("cache", 300).good()).hasSize(2);
        assertThat(open("cache", 100).good()).isEmpty();
    }

    @Test
    void damagedOrForeignIndexesAreIgnored() throws IOException {
        Seen right = open();
        byte[] whole = Files.readAllBytes(index());
        List<byte[]> damaged = new ArrayList<>(List.of(new byte[0], new byte[500], new byte[] {1}));
        for (int i = 0; i < whole.length; i += 3) {
            byte[] changed = whole.clone();
            changed[i] ^= 0x41;
            damaged.add(changed);
            damaged.add(Arrays.copyOf(whole, i));
        }
        for (byte[] bytes : damaged) {
            Files.write(index(), bytes);
            assertThat(open()).isEqualTo(right);
        }
        assertThat(Files.readAllBytes(index())).as("made anew").isEqualTo(whole);
    }

    @Test
    void aClaimOfManyFilesTakesNoMemory() throws IOException {
        Seen right = open();
        byte[] whole = Files.readAllBytes(index());
        for (int count : new int[] {Integer.MAX_VALUE, -1, 5, 3}) {
            Files.write(index(), HeaderIndexFiles.withCount(whole, count));
            assertThat(open()).isEqualTo(right);
        }
    }

    @Test
    void theIndexOfAnotherSetIsIgnored() throws IOException {
        // Of the same name, length and time as the file of the other set, so that nothing else tells them apart.
        old(Images.write(photos.resolve("a/1.png"), Images.pngHeader(20, 10)));
        open();
        Path other = folder.resolve("other");
        old(Images.write(other.resolve("a/1.png"), Images.pngHeader(9, 9)));
        Path first = index();
        Seen right = open(other, cache.toString(), 1000);
        Path second = Stream.of(files(cache))
                .filter(path -> !path.equals(first))
                .findFirst()
                .orElseThrow();
        Files.copy(first, second, StandardCopyOption.REPLACE_EXISTING);
        assertThat(open(other, cache.toString(), 1000)).isEqualTo(right);
    }

    @Test
    void anIndexThatCannotBeWrittenIsDoneWithout() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(open(photos, file.toString(), 1000).good()).hasSize(2);
        assertThat(open(photos, file.resolve("below").toString(), 1000).good()).hasSize(2);
    }

    @Test
    void theIndexOfOtherChecksIsIgnored() throws IOException {
        open();
        spoil(photos.resolve("a/1.png"));
        assertThat(open().good()).contains("a/1.png 20 x 10");
        Files.write(index(), HeaderIndexFiles.ofOtherChecks(Files.readAllBytes(index())));
        assertThat(open().good()).containsExactly("b/2.jpg 30 x 10");
    }

    @Test
    void anIndexIsLeftAloneUnlessSomethingInItIsNewOrGone() throws IOException {
        open();
        old(index());
        open();
        assertThat(Files.getLastModifiedTime(index())).isEqualTo(LONG_AGO);
        old(Images.write(photos.resolve("a/0.png"), 1, 4, 4));
        open();
        assertThat(Files.getLastModifiedTime(index())).isNotEqualTo(LONG_AGO);
        for (String name : List.of("a/0.png", "a/1.png", "b/3.jpg")) {
            spoil(photos.resolve(name));
        }
        assertThat(open().good()).containsExactly("a/0.png 4 x 4", "a/1.png 20 x 10", "b/2.jpg 30 x 10");
        assertThat(open().bad().get(photos.resolve("b/3.jpg").toString())).startsWith("its content is none of");
    }

    @Test
    void filesThatTheIndexDoesNotTakeLeaveItAlone() throws IOException {
        Path lost = old(Images.write(folder.resolve("lost.jpg"), 1, 4, 4));
        List<FolderWalk.Found> found = Stream.of(photos.resolve("a/1.png"), lost)
                .map(FolderWalk.Found::of)
                .toList();
        // Gone between the look at its attributes and the one at its content.
        Files.delete(lost);
        Path file = cache.resolve("some.index");
        for (int i = 0; i < 2; i++) {
            UnreadableImages bad = new UnreadableImages(1);
            try (Workers workers = new Workers(OptionalInt.of(1));
                    FileScan scan = new FileScan(
                            null,
                            "some",
                            Optional.of(file),
                            workers,
                            bad,
                            1000,
                            (format, bytes, width, height) -> {})) {
                scan.addNamed(found);
                scan.finish();
            }
            assertThat(bad.reasons()).containsExactly(Map.entry(lost.toString(), "the file is not there"));
            if (i == 0) {
                old(file);
            }
        }
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(LONG_AGO);
    }

    @Test
    void whatKilledScansHaveLeftIsRemovedAfterADay() throws IOException {
        Path left = old(Images.write(cache.resolve("writing-1.tmp"), new byte[3]));
        Path growing = Images.write(cache.resolve("writing-2.tmp"), new byte[3]);
        Path other = old(Images.write(cache.resolve("other.tmp"), new byte[3]));
        open();
        assertThat(left).doesNotExist();
        assertThat(growing).exists();
        assertThat(other).exists();
    }

    @Test
    void anIndexHasTheRightsOfAnyNewFile() throws IOException {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
        open();
        Path plain = Files.writeString(folder.resolve("plain"), "");
        assertThat(Files.getPosixFilePermissions(index())).isEqualTo(Files.getPosixFilePermissions(plain));
    }

    @Test
    void filesOfAListAreKeptByTheirWholePaths() throws IOException {
        Path photo = Path.of("samples/photos/coffee.jpg");
        assertThat(Files.getLastModifiedTime(photo).toMillis()).isLessThan(System.currentTimeMillis() - 3000);
        open(Path.of("samples/photos/coffee*"), cache.toString(), 1 << 27);
        assertThat(Files.readString(index(), StandardCharsets.ISO_8859_1))
                .contains("\0" + (char) photo.toAbsolutePath().toString().length() + photo.toAbsolutePath());
    }

    @Test
    void nothingIsLeftBesideTheIndex() {
        open();
        open();
        assertThat(files(cache)).hasSize(1);
    }

    @Test
    void listsAndGlobsHaveIndexesToo() throws IOException {
        Path list = Files.writeString(folder.resolve("list.txt"), "photos/a/1.png\nphotos/b/2.jpg\n");
        for (Path given : List.of(list, photos.resolve("*/*.*"))) {
            Seen first = open(given, cache.toString(), 1000);
            assertThat(first.good()).hasSize(2);
            byte[] kept = Files.readAllBytes(photos.resolve("a/1.png"));
            spoil(photos.resolve("a/1.png"));
            assertThat(open(given, cache.toString(), 1000)).isEqualTo(first);
            old(Files.write(photos.resolve("a/1.png"), kept));
        }
    }

    @Test
    void theFolderForCachesFollowsTheSystem() {
        Optional<Path> home = Optional.of(Path.of("/home/me"));
        assertThat(IndexFolder.usual(Map.of(), "Linux", home)).contains(Path.of("/home/me/.cache/bandpass"));
        assertThat(IndexFolder.usual(Map.of("XDG_CACHE_HOME", "/cache"), "Linux", home))
                .contains(Path.of("/cache/bandpass"));
        assertThat(IndexFolder.usual(Map.of("XDG_CACHE_HOME", "relative"), "Linux", home))
                .contains(Path.of("/home/me/.cache/bandpass"));
        assertThat(IndexFolder.usual(Map.of(), "Mac OS X", home)).contains(Path.of("/home/me/Library/Caches/bandpass"));
        assertThat(IndexFolder.usual(Map.of("LOCALAPPDATA", "/local"), "Windows 11", home))
                .contains(Path.of("/local/bandpass/cache"));
    }

    @Test
    void aUserWithoutAHomeHasTheFolderOfTheEnvironmentOrNone() {
        assertThat(IndexFolder.usual(Map.of(), "Linux", Optional.empty())).isEmpty();
        assertThat(IndexFolder.usual(Map.of("XDG_CACHE_HOME", "/cache"), "Linux", Optional.empty()))
                .contains(Path.of("/cache/bandpass"));
    }

    /** What a search found. */
    private record Seen(List<String> good, Map<String, String> bad) {}

    private Seen open() {
        return open("cache", 1000);
    }

    private Seen open(String index) {
        return open(index, 1000);
    }

    private Seen open(String index, long maxPixels) {
        return open(photos, index.equals("none") ? index : cache.toString(), maxPixels);
    }

    private Seen open(Path given, String index, long maxPixels) {
        DataConfig config = ConfigBuilder.of(PretrainingConfig.class)
                .set("data.index", index, "the test")
                .set("data.max-pixels", Long.toString(maxPixels), "the test")
                .build()
                .data();
        UnreadableImages bad = new UnreadableImages(1);
        List<String> sizes = new ArrayList<>();
        try (ImageFinder finder =
                new ImageFinder(config, bad, (format, bytes, width, height) -> sizes.add(width + " x " + height))) {
            finder.add(given.toString());
            ImageSource train = finder.train();
            assertThat(train.size()).isEqualTo(sizes.size());
            return new Seen(
                    IntStream.range(0, train.size())
                            .mapToObj(i -> FileCollector.relativeName(
                                            photos, Path.of(train.name(i)).toAbsolutePath()) + " " + sizes.get(i))
                            .toList(),
                    bad.reasons());
        }
    }

    /** Other content of the same size and time. */
    private static Path spoil(Path file) throws IOException {
        return old(Files.write(file, new byte[(int) Files.size(file)]));
    }

    private static Path old(Path file) {
        try {
            return Files.setLastModifiedTime(file, LONG_AGO);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path index() {
        return files(cache)[0];
    }

    private static Path[] files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toArray(Path[]::new);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

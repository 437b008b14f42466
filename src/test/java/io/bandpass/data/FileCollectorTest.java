package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.bandpass.testing.Configs;
import io.bandpass.testing.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Trees as they lie on disks. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "makes links and pipes with the tools of POSIX")
final class FileCollectorTest {
    @TempDir
    private Path folder;

    @Test
    void hiddenFilesAndFoldersAreLeftOut() {
        photos("a.png", ".b.png", ".thumbnails/c.png", "sub/.d.png", "sub/e.png");
        assertThat(found()).containsExactly("a.png", "sub/e.png");
    }

    @Test
    void aHiddenFolderThatIsAskedForIsSearched() {
        photos(".cache/a.png");
        assertThat(below(folder.resolve(".cache"))).containsExactly(folder.resolve(".cache/a.png"));
    }

    @Test
    void imagesAreKnownByTheirContentToo() throws IOException {
        photos("a.png");
        Files.move(folder.resolve("a.png"), folder.resolve("without-ending"));
        Images.write(folder.resolve("text"), new byte[] {'h', 'i'});
        assertThat(found()).containsExactly("without-ending");
    }

    @Test
    void linksAreFollowedToWhatIsNotMetAnywayAndCirclesEnd() throws IOException {
        photos("a/1.png", "elsewhere/2.png");
        Files.createSymbolicLink(folder.resolve("a/circle"), folder);
        Files.createSymbolicLink(folder.resolve("a/self"), Path.of("self"));
        Files.createSymbolicLink(folder.resolve("a/link"), folder.resolve("elsewhere"));
        assertThat(found()).containsExactly("a/1.png", "elsewhere/2.png");
        assertThat(below(folder.resolve("a")))
                .containsExactly(folder.resolve("a/1.png"), folder.resolve("a/link/2.png"));
    }

    @Test
    void aLinkToNothingCountsOnlyWhereItsNameIsThatOfAnImage() throws IOException {
        photos("a.png");
        Files.createSymbolicLink(folder.resolve("lost.jpg"), Path.of("nowhere"));
        Files.createSymbolicLink(folder.resolve("README"), Path.of("nowhere"));
        assertThat(found()).containsExactly("a.png", "lost.jpg");
    }

    @Test
    void aPipeIsListedAsBadAndNotWaitedFor() throws Exception {
        photos("a.png");
        shell("mkfifo pipe.jpg");
        Datasets datasets = Datasets.open(Configs.data(0.5), List.of(folder.toString()), 0, 0);
        assertThat(datasets.train().size()).isEqualTo(1);
        assertThat(datasets.bad().reasons())
                .containsOnlyKeys(folder.resolve("pipe.jpg").toString());
        assertThat(datasets.bad().reasons()).containsValue("it is no regular file");
    }

    @Test
    void namesWithSpacesAndAccentsAreReadEvenWhereTheLocaleCannotSpellThem() throws Exception {
        photos("a.png", "b c.png");
        // UTF-8 and Latin-1; one of them at least is no name in the locale of this machine, unless it is neither.
        shell("mkdir $(printf 'stra\\303\\237e') && cp a.png $(printf 'stra\\303\\237e/caf\\303\\251.png')"
                + " && cp a.png $(printf 'caf\\351.png') && cp a.png $(printf 'caf\\350.png')");
        Datasets datasets = Datasets.open(Configs.data(0), List.of(folder.toString()), 0, 0);
        ImageSource train = datasets.train();
        assertThat(train.size()).isEqualTo(5);
        for (int i : IntStream.range(0, 5).toArray()) {
            try (PointerScope scope = new PointerScope()) {
                assertThat(train.read(i).width()).isEqualTo(5);
            }
        }
    }

    @Test
    void aFolderThatCannotBeOpenedIsListedAndCostsNobodyTheLabels() throws IOException {
        photos("ant/1.png", "bee/1.png", "locked/1.png");
        lock(folder.resolve("locked"));
        try {
            Datasets datasets = Datasets.open(Configs.data(0.5), List.of(folder.toString()), 0, 0);
            assertThat(datasets.bad().reasons())
                    .containsOnlyKeys(folder.resolve("locked").toString())
                    .containsValue("the folder cannot be opened");
            assertThat(datasets.train().classNames()).containsExactly("ant", "bee");
        } finally {
            unlock(folder.resolve("locked"));
        }
    }

    @Test
    void theFolderThatWasAskedForMustOpen() throws IOException {
        Path locked = Files.createDirectory(folder.resolve("locked"));
        lock(locked);
        try {
            assertThatThrownBy(() -> below(locked))
                    .isInstanceOf(DataException.class)
                    .hasMessage("the folder " + locked + " cannot be read: there is no permission to read it");
        } finally {
            unlock(locked);
        }
    }

    @Test
    void aFolderNamedLikeAnImageIsBadAndNoClass() throws IOException {
        photos("ant/1.png", "bee/1.png");
        Files.createDirectory(folder.resolve("x.jpg"));
        Datasets datasets = Datasets.open(Configs.data(0.5), List.of(folder.toString()), 0, 0);
        assertThat(datasets.bad().reasons()).containsValue("it is a folder").hasSize(1);
        assertThat(datasets.train().classNames()).containsExactly("ant", "bee");
    }

    private static List<Path> below(Path root) {
        try (Workers workers = new Workers(OptionalInt.of(2))) {
            return FileCollector.below(root, workers, new FilesOnce(new LeftOut()));
        }
    }

    private List<String> found() {
        return below(folder).stream()
                .map(path -> FileCollector.relativeName(folder, path))
                .toList();
    }

    private void photos(String... paths) {
        for (String path : paths) {
            Images.write(folder.resolve(path), 1, 5, 4);
        }
    }

    private void shell(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", command)
                .directory(folder.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    private static void lock(Path locked) throws IOException {
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
        assumeThat(Files.isReadable(locked)).as("root may open every folder").isFalse();
    }

    private static void unlock(Path locked) throws IOException {
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}

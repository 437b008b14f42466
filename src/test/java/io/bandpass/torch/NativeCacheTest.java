package io.bandpass.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bandpass.testing.ChildProcess;
import io.bandpass.testing.NativeStart;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeCacheTest {
    @TempDir
    Path folder;

    /** As Java 17 says it of a user without an entry in the system's table, as in a container. */
    @Test
    void aUserWhoIsUnknownToTheSystemHasTheHomeOfTheEnvironment() throws Exception {
        Path home = Files.createDirectory(folder.resolve("home of ü"));
        assertThat(HomeFolder.candidates("?", home.toString())).containsExactly(home);
        assertThat(folderOf("?", home)).isEqualTo(home.resolve(".javacpp/cache").toString());
    }

    @Test
    void aUserWithoutAnyHomeHasAFolderAmongTheTemporaryFiles() throws Exception {
        assertThat(HomeFolder.candidates("?", null)).isEmpty();
        assertThat(HomeFolder.candidates("", "relative")).isEmpty();
        assertThat(folderOf("?", Path.of("relative"))).startsWith(folder + "/bandpass-natives-");
        assertThat(Path.of("?")).doesNotExist();
    }

    private String folderOf(String javasHome, Path home) throws Exception {
        Path printed = folder.resolve("printed.txt");
        List<String> flags = List.of("-Duser.home=" + javasHome, "-Djava.io.tmpdir=" + folder);
        Map<String, String> variables = Map.of("HOME", home.toString());
        try (ChildProcess child =
                new ChildProcess(printed, flags, variables, NativeStart.class.getName(), List.of("folder"))) {
            assertThat(child.exitCode()).as(child.printed()).isZero();
            List<String> lines = child.printed().lines().toList();
            return lines.get(lines.size() - 1);
        }
    }

    @Test
    void theFirstHomeThatCanBeWrittenIsTaken() throws Exception {
        Path good = Files.createDirectory(folder.resolve("good"));
        Path blocked = Files.createDirectory(folder.resolve("blocked"));
        Files.createFile(blocked.resolve(".javacpp"));
        assertThat(NativeCache.choose(Optional.empty(), List.of(folder.resolve("none"), blocked, good), folder))
                .isEqualTo(good.resolve(".javacpp/cache"))
                .isDirectory();
        assertThat(folder.resolve("none")).doesNotExist();
    }

    @Test
    void whatTheUserNamesIsTakenOrRefused() throws Exception {
        Path named = folder.resolve("deep/er");
        assertThat(NativeCache.choose(Optional.of(named.toString()), List.of(), folder))
                .isEqualTo(named)
                .isDirectory();
        Path file = Files.createFile(folder.resolve("file"));
        for (Path wrong : List.of(file, file.resolve("below"))) {
            assertThatThrownBy(() -> NativeCache.choose(Optional.of(wrong.toString()), List.of(folder), folder))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining(wrong.toString())
                    .hasMessageContaining("BANDPASS_JAVA_OPTIONS=-Dorg.bytedeco.javacpp.cachedir=FOLDER");
        }
    }

    /** What is loaded from there is run. */
    @Test
    void aTemporaryFolderThatOthersCanWriteIsRefused() throws Exception {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
        Path own = NativeCache.choose(Optional.empty(), List.of(), folder);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
                .isEqualTo("rwx------");
        assertThat(NativeCache.choose(Optional.empty(), List.of(), folder)).isEqualTo(own);

        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> NativeCache.choose(Optional.empty(), List.of(), folder))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("other users can write");

        Files.delete(own);
        Files.createSymbolicLink(own, Files.createDirectory(folder.resolve("elsewhere")));
        assertThatThrownBy(() -> NativeCache.choose(Optional.empty(), List.of(), folder))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("other users can write");
    }
}

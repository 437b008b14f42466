package io.bandpass.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.testing.ChildProcess;
import io.bandpass.testing.NativeStart;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that start on a cache of their own; most load JavaCPP's own library alone, which is small. */
final class NativeLibrariesTest {
    private static final int WATCHED_MILLIS = 1500;

    @TempDir
    Path folder;

    private Path cache() {
        return folder.resolve("cache");
    }

    private ChildProcess start(String name, String mainClass, String what) throws IOException {
        List<String> flags = List.of("-D" + NativeCache.OPTION + "=" + cache());
        return new ChildProcess(folder.resolve(name), flags, Map.of(), mainClass, List.of(what));
    }

    private ChildProcess start(String name, String what) throws IOException {
        return start(name, NativeStart.class.getName(), what);
    }

    private void runOnce(String what) throws Exception {
        try (ChildProcess child = start("once.txt", what)) {
            assertThat(child.exitCode()).as(child.printed()).isZero();
        }
    }

    private List<Path> libraries() throws IOException {
        try (Stream<Path> files = Files.walk(cache())) {
            return files.filter(file -> file.toString().matches(".*(\\.so|\\.dylib|\\.dll)([.0-9]*)"))
                    .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }
    }

    private FileChannel lockFile() throws IOException {
        Files.createDirectories(cache());
        return FileChannel.open(
                cache().resolve(".bandpass.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    /** A process beside a lock of this one unpacks nothing until that is given back. */
    private void assertWaits(boolean shared) throws Exception {
        try (FileChannel channel = lockFile();
                ChildProcess child = start("beside.txt", "javacpp")) {
            List<Path> before = libraries();
            try (FileLock lock = channel.lock(0, Long.MAX_VALUE, shared)) {
                while (child.isAlive() && !child.printed().contains(NativeStart.BEGUN)) {
                    Thread.sleep(20);
                }
                for (int millis = 0; child.isAlive() && millis < WATCHED_MILLIS; millis += 20) {
                    Thread.sleep(20);
                }
                assertThat(child.isAlive()).as(child.printed()).isTrue();
                assertThat(libraries()).isEqualTo(before);
            }
            assertThat(child.exitCode()).as(child.printed()).isZero();
        }
    }

    @Test
    void nothingIsUnpackedBesideAnotherProcess() throws Exception {
        assertWaits(true);
        assertThat(libraries()).hasSize(1);
    }

    @Test
    void whoFindsEverythingUnpackedWaitsForThoseAloneWhoUnpack() throws Exception {
        runOnce("javacpp");
        assertWaits(false);
        try (FileChannel channel = lockFile();
                FileLock lock = channel.lock(0, Long.MAX_VALUE, true)) {
            runOnce("javacpp");
        }
    }

    /** As kill -9 leaves it, or a hand that cleans up. */
    @Test
    void whatIsHalfThereIsUnpackedAgainAlone() throws Exception {
        runOnce("javacpp");
        Path library = libraries().get(0);
        byte[] whole = Files.readAllBytes(library);
        FileTime time = Files.getLastModifiedTime(library);
        Files.write(library, new byte[whole.length / 2]);
        Files.setLastModifiedTime(library, time);
        assertWaits(true);
        assertThat(library).hasBinaryContent(whole);

        Files.write(library, whole);
        assertWaits(true);
        assertThat(Files.getLastModifiedTime(library)).isEqualTo(time);

        Files.delete(library);
        assertWaits(true);
        assertThat(library).hasBinaryContent(whole);
    }

    /** What a file system is mounted with decides whether memory of its files may be run; a file of zeros may not either. */
    @Test
    void doctorSaysWhatCannotBeLoaded() throws Exception {
        runOnce("javacpp");
        Path library = libraries().get(0);
        FileTime time = Files.getLastModifiedTime(library);
        Files.write(library, new byte[(int) Files.size(library)]);
        Files.setLastModifiedTime(library, time);
        try (ChildProcess doctor = start("doctor.txt", "io.bandpass.cli.Main", "doctor")) {
            assertThat(doctor.exitCode()).as(doctor.printed()).isEqualTo(4);
            assertThat(doctor.printed())
                    .contains("NO   libtorch             JavaCPP cannot be loaded on ", "invalid ELF header")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aFolderThatCannotBeUsedHasASentence() throws Exception {
        Files.createFile(cache());
        try (ChildProcess doctor = start("doctor.txt", "io.bandpass.cli.Main", "doctor")) {
            assertThat(doctor.exitCode()).as(doctor.printed()).isEqualTo(4);
            assertThat(doctor.printed())
                    .contains("NO   native cache", "is no folder")
                    .doesNotContain("\tat ");
        }
    }

    /** A cache for all, which another user has filled. */
    @Test
    void theFolderOfAnotherUserIsUsedWhereNothingIsLacking() throws Exception {
        lockFile().close();
        AccessDeniedException denied = new AccessDeniedException(cache().toString());
        List<String> loaded = new ArrayList<>();
        assertThatThrownBy(() -> NativeLibraries.loadOfAnother("set", cache(), () -> loaded.add("one"), denied))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("belongs to another user")
                .hasMessageEndingWith(NativeCache.ADVICE);
        assertThat(loaded).isEmpty();

        Path library = Files.createDirectories(cache().resolve("jar")).resolve("libx.so");
        Files.writeString(library, "x");
        new UnpackedFiles(cache(), "set").remember(List.of(library.toRealPath().toString()));
        NativeLibraries.loadOfAnother("set", cache(), () -> loaded.add("one"), denied);
        assertThat(loaded).containsExactly("one");
        Files.delete(cache().resolve(".bandpass.lock"));
        assertThatThrownBy(() -> NativeLibraries.loadOfAnother("set", cache(), () -> loaded.add("two"), denied))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("belongs to another user");
    }

    /** A library says where it really lies. */
    @Test
    void theListIsFilledBehindALinkToo() throws Exception {
        Path library = Files.createDirectories(folder.resolve("real/jar")).resolve("libx.so");
        Files.writeString(library, "x");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
        UnpackedFiles unpacked = new UnpackedFiles(link, "set");
        unpacked.remember(List.of(library.toRealPath().toString()));
        assertThat(unpacked.areWhole()).isTrue();
        Files.writeString(library, "xx");
        assertThat(unpacked.areWhole()).isFalse();
    }

    @Test
    void anInterruptionIsNotRemembered() throws Exception {
        List<String> loaded = new ArrayList<>();
        try (FileChannel channel = lockFile();
                FileLock lock = channel.lock()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> NativeLibraries.load("interrupted", cache(), () -> loaded.add("one")))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
        }
        NativeLibraries.load("interrupted", cache(), () -> loaded.add("two"));
        assertThat(loaded).containsExactly("two");
    }

    @Test
    void whatFailedWhileLoadingIsRemembered() throws Exception {
        Files.createDirectories(cache());
        Runnable failing = () -> {
            throw new UnsatisfiedLinkError("no x");
        };
        assertThatThrownBy(() -> NativeLibraries.load("failing", cache(), failing))
                .isInstanceOf(EngineException.class);
        assertThatThrownBy(() -> NativeLibraries.load("failing", cache(), () -> {}))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("no x");
    }

    @Test
    void sentencesNameTheReason() {
        Throwable noexec = new UnsatisfiedLinkError(
                "/c/libjnijavacpp.so: /c/libjnijavacpp.so: failed to map segment from shared object");
        assertThat(LoadFailure.in(folder, "LibTorch", noexec))
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("noexec")
                .hasMessageContaining("-Dorg.bytedeco.javacpp.cachedir=FOLDER");
        Throwable full = new UnsatisfiedLinkError("no jnitorch in java.library.path: /c");
        full.initCause(new IOException("No space left on device"));
        assertThat(LoadFailure.in(folder, "LibTorch", full)).hasMessageContaining("too little room");
        assertThat(LoadFailure.in(folder, "OpenCV", new UnsatisfiedLinkError("libX: no version information\nmore")))
                .hasMessageStartingWith("OpenCV cannot be loaded on ")
                .hasMessageContaining("(libX: no version information)");
    }

    /** One in five of such pairs died of SIGBUS before. */
    @Test
    @Tag("slow")
    void twoFirstStartsAtOnce() throws Exception {
        for (int pair = 0; pair < 3; pair++) {
            try (ChildProcess one = start("one.txt", "LibTorch");
                    ChildProcess other = start("other.txt", "LibTorch")) {
                assertThat(one.exitCode()).as(one.printed()).isZero();
                assertThat(other.exitCode()).as(other.printed()).isZero();
            }
            assertThat(libraries()).hasSizeGreaterThan(10);
            for (Path library : libraries()) {
                Files.delete(library);
            }
        }
    }
}

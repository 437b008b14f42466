package io.bandpass.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFilesTest {
    @TempDir
    private Path folder;

    @Test
    void aFileIsMadeWithTheFoldersAboveItAndReplaced() throws IOException {
        Path file = folder.resolve("a/b/x.txt");
        AtomicFiles.writeText(file, "one");
        AtomicFiles.writeText(file, "two");
        assertThat(file).hasContent("two");
        assertThat(names(folder.resolve("a/b"))).containsExactly("x.txt");
    }

    @Test
    void theOldFileStandsUntilTheNewOneIsWhole() throws IOException {
        Path file = folder.resolve("x.txt");
        AtomicFiles.writeText(file, "old");
        AtomicFiles.write(file, aside -> {
            Files.writeString(aside, "half");
            assertThat(file).hasContent("old");
            Files.writeString(aside, "new");
        });
        assertThat(file).hasContent("new");
    }

    @Test
    void aFailureInTheMiddleLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = folder.resolve("x.txt");
        AtomicFiles.writeText(file, "old");
        assertThatThrownBy(() -> AtomicFiles.write(file, aside -> {
                    Files.writeString(aside, "half");
                    throw new IOException("No space left on device");
                }))
                .hasMessage(file + ": No space left on device");
        assertThat(file).hasContent("old");
        assertThat(names(folder)).containsExactly("x.txt");
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "has the device that is always full")
    void aFullDiskIsAnExceptionAndLeavesTheOldFile() throws IOException {
        Path file = folder.resolve("x.safetensors");
        AtomicFiles.writeText(file, "old");
        assertThatThrownBy(() -> AtomicFiles.write(file, aside -> {
                    Files.createSymbolicLink(aside, Path.of("/dev/full"));
                    Safetensors.write(aside, Map.of(), Map.of());
                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left on device");
        assertThat(file).hasContent("old");
        assertThat(names(folder)).containsExactly("x.safetensors");
    }

    @Test
    void aFileThatAKilledProcessLeftHalfWrittenIsWrittenOver() throws IOException {
        Files.writeString(folder.resolve(".writing-x.txt"), "half, and longer than what comes now");
        AtomicFiles.writeText(folder.resolve("x.txt"), "whole");
        assertThat(folder.resolve("x.txt")).hasContent("whole");
        assertThat(names(folder)).containsExactly("x.txt");
    }

    @Test
    void aFolderAppearsWithAllItsFiles() throws IOException {
        Path target = folder.resolve("a/step-1");
        AtomicFiles.writeFolder(target, aside -> {
            Files.writeString(aside.resolve("one"), "1");
            assertThat(target).doesNotExist();
            Files.writeString(aside.resolve("two"), "2");
        });
        assertThat(names(target)).containsExactly("one", "two");
        assertThat(names(folder.resolve("a"))).containsExactly("step-1");
    }

    @Test
    void aFolderThatFailsInTheMiddleDoesNotAppearAndTheOldOneStands() throws IOException {
        Path target = folder.resolve("step-1");
        for (String old : new String[] {null, "old"}) {
            if (old != null) {
                AtomicFiles.writeFolder(target, aside -> Files.writeString(aside.resolve(old), ""));
            }
            assertThatThrownBy(() -> AtomicFiles.writeFolder(target, aside -> {
                        Files.writeString(aside.resolve("one"), "1");
                        throw new IOException("No space left on device");
                    }))
                    .hasMessage(target + ": No space left on device");
            assertThat(names(folder)).isEqualTo(old == null ? List.of() : List.of("step-1"));
        }
        assertThat(names(target)).containsExactly("old");
    }

    @Test
    void aFolderOfTheSameNameIsReplaced() throws IOException {
        Path target = folder.resolve("step-1");
        AtomicFiles.writeFolder(target, aside -> Files.writeString(aside.resolve("old"), "1"));
        AtomicFiles.writeFolder(target, aside -> Files.writeString(aside.resolve("new"), "2"));
        assertThat(names(target)).containsExactly("new");
        assertThat(names(folder)).containsExactly("step-1");
    }

    @Test
    void whatAKilledProcessLeftIsCleanedAndNothingElse() throws IOException {
        Files.createDirectories(folder.resolve(".writing-step-7/deep"));
        Files.writeString(folder.resolve(".writing-step-7/deep/model"), "half");
        Files.createDirectories(folder.resolve(".writing-removed-step-1"));
        Files.writeString(folder.resolve(".writing-last"), "step-7");
        Files.writeString(folder.resolve("mine.writing-x"), "");
        Files.createDirectory(folder.resolve("step-6"));
        AtomicFiles.clean(folder);
        assertThat(names(folder)).containsExactly("mine.writing-x", "step-6");
        AtomicFiles.clean(folder.resolve("not there"));
    }

    @Test
    void aFolderIsRemovedWithAllThatIsInItThoughAnEarlierRemovalWasCutShort() throws IOException {
        Files.createDirectories(folder.resolve(".writing-removed-step-1/rest"));
        Files.createDirectories(folder.resolve("step-1/deep"));
        Files.writeString(folder.resolve("step-1/deep/model"), "");
        AtomicFiles.removeFolder(folder.resolve("step-1"));
        assertThat(names(folder)).isEmpty();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "gives links only to some users")
    void removingDoesNotFollowLinks() throws IOException {
        Path precious = Files.createDirectories(folder.resolve("precious"));
        Files.writeString(precious.resolve("photo"), "");
        Path removed = Files.createDirectories(folder.resolve("removed"));
        Files.createSymbolicLink(removed.resolve("link"), precious);
        Files.createSymbolicLink(removed.resolve("dangling"), folder.resolve("nowhere"));
        AtomicFiles.delete(removed);
        AtomicFiles.delete(removed);
        assertThat(names(folder)).containsExactly("precious");
        assertThat(names(precious)).containsExactly("photo");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }
}

package io.bandpass.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.bandpass.testing.ChildProcess;
import io.bandpass.testing.FolderLocker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class RunFolderTest {
    @TempDir
    private Path temporary;

    private Path root;

    @BeforeEach
    void nameTheFolder() {
        root = temporary.resolve("runs/a");
    }

    @Test
    void namingAFolderMakesNothing() {
        try (RunFolder folder = new RunFolder(root)) {
            assertThat(folder.isEmpty()).isTrue();
            assertThat(folder.weights("encoder.safetensors")).isEqualTo(root.resolve("weights/encoder.safetensors"));
        }
        assertThat(root).doesNotExist();
    }

    @Test
    void lockingMakesTheFolderWhichIsStillEmpty() {
        try (RunFolder folder = new RunFolder(root)) {
            folder.lock();
            assertThat(root).isDirectory();
            assertThat(folder.isEmpty()).isTrue();
        }
    }

    @Test
    void twoRunsOfOneProgramCannotWriteIntoOneFolder() throws Exception {
        try (RunFolder first = new RunFolder(root)) {
            first.lock();
            assertRefused("another process is writing into " + root + "; choose another `out`");
            // The refused one took nothing from the first, not even what keeps other processes out.
            assertRefused("another process is writing into " + root + "; choose another `out`");
            assertLockedForOthers();
        }
        assertCanBeLocked();
    }

    private void assertLockedForOthers() throws Exception {
        Path printed = temporary.resolve("other.txt");
        try (ChildProcess other = new ChildProcess(printed, FolderLocker.class.getName(), List.of(root.toString()))) {
            assertThat(other.exitCode()).isNotZero();
            assertThat(other.printed()).contains("another process is writing").doesNotContain(FolderLocker.LOCKED);
        }
    }

    @Test
    void aFolderIsLockedForOtherProcessesUntilTheFirstIsKilled() throws Exception {
        Path printed = temporary.resolve("printed.txt");
        try (ChildProcess other = new ChildProcess(printed, FolderLocker.class.getName(), List.of(root.toString()))) {
            while (!other.printed().contains(FolderLocker.LOCKED)) {
                assertThat(other.isAlive()).as(other.printed()).isTrue();
                Thread.sleep(10);
            }
            assertRefused("another process is writing into " + root + "; choose another `out`");
            other.kill();
        }
        assertCanBeLocked();
    }

    @Test
    void aFileInPlaceOfTheFolderIsRefused() throws IOException {
        Files.createDirectories(temporary.resolve("runs"));
        Files.writeString(root, "");
        assertRefused("the run folder " + root + " cannot be written: " + root + " is a file");
    }

    @Test
    void aFileInPlaceOfAFolderAboveIsRefused() throws IOException {
        Files.writeString(temporary.resolve("runs"), "");
        assertRefused("the run folder " + root + " cannot be written: Not a directory");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no permissions of POSIX")
    void aFolderThatMayNotBeWrittenIsRefused() throws IOException {
        Files.createDirectories(root);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("r-xr-xr-x"));
        assumeThat(Files.isWritable(root)).as("root may write every folder").isFalse();
        assertRefused("the run folder " + root + " cannot be written: there is no permission");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no permissions of POSIX")
    void aFolderThatMayNotBeReadIsRefused() throws IOException {
        Files.createDirectories(root);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("-wx------"));
        try (RunFolder folder = new RunFolder(root)) {
            assumeThat(Files.isReadable(root)).as("root may read every folder").isFalse();
            assertThatThrownBy(folder::isEmpty)
                    .isInstanceOf(RunFolderException.class)
                    .hasMessage("the run folder " + root + " cannot be read: there is no permission");
        } finally {
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void whatARunLeftIsRemovedButNotTheLock() throws IOException {
        try (RunFolder folder = new RunFolder(root)) {
            folder.lock();
            Files.writeString(folder.recipe(), "quick");
            Files.writeString(folder.config(), "");
            Files.createDirectories(folder.checkpoints().resolve("step-5"));
            Files.writeString(root.resolve(".writing-summary.json"), "");
            assertThat(folder.isEmpty()).isFalse();

            folder.removeContent();
            assertThat(folder.isEmpty()).isTrue();
            assertThat(root.resolve("checkpoints")).doesNotExist();
            assertRefused("another process is writing into " + root + "; choose another `out`");
        }
    }

    @Test
    void aFolderThatNoRunHasMadeIsNotEmptied() throws IOException {
        try (RunFolder folder = new RunFolder(root)) {
            folder.lock();
            Path photo = Files.writeString(root.resolve("photo.jpg"), "");
            assertThatThrownBy(folder::removeContent)
                    .isInstanceOf(RunFolderException.class)
                    .hasMessage(root + " is not the folder of a run, so it is not emptied; choose another `out`");
            assertThat(photo).exists();
        }
    }

    @Test
    void theHalfWrittenFirstFileOfAKilledRunDoesNotStandInTheWay() throws IOException {
        try (RunFolder folder = new RunFolder(root)) {
            folder.lock();
            Files.writeString(root.resolve(".writing-.recipe"), "");
            assertThat(folder.isEmpty()).isTrue();
            folder.removeContent();
            assertThat(root.resolve(".writing-.recipe")).doesNotExist();
        }
    }

    private void assertRefused(String sentence) {
        try (RunFolder folder = new RunFolder(root)) {
            assertThatThrownBy(folder::lock)
                    .isInstanceOf(RunFolderException.class)
                    .hasMessage(sentence);
        }
    }

    private void assertCanBeLocked() {
        try (RunFolder folder = new RunFolder(root)) {
            folder.lock();
            assertRefused("another process is writing into " + root + "; choose another `out`");
        }
    }
}

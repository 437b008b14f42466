package io.bandpass.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderLockTest {
    @TempDir
    Path folder;

    @Test
    void aFolderHasOneHolderAtATime() throws IOException {
        Path made = folder.resolve("a/b");
        try (FolderLock lock = FolderLock.tryLock(made).orElseThrow()) {
            assertThat(FolderLock.tryLock(made)).isEmpty();
            // Another name of the same folder.
            assertThat(FolderLock.tryLock(folder.resolve("a/../a/b"))).isEmpty();
            try (FolderLock other = FolderLock.tryLock(folder).orElseThrow()) {
                assertThat(other).isNotSameAs(lock);
            }
        }
        FolderLock.tryLock(made).orElseThrow().close();
        assertThat(made.resolve(".lock")).exists();
        assertThat(FolderLock.isLock(made.resolve(".lock"))).isTrue();
    }
}

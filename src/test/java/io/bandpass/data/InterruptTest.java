package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.image.HeaderCheck;
import io.bandpass.image.ImageDecoder;
import io.bandpass.image.ImageFormat;
import io.bandpass.image.ImageHeader;
import io.bandpass.image.Reduction;
import io.bandpass.testing.Images;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An interrupt is no property of a file: good images stay good, and the thread stays interrupted. */
final class InterruptTest {
    @TempDir
    private Path folder;

    @AfterEach
    void forget() {
        Thread.interrupted();
    }

    @Test
    void aChannelIsClosedByAnInterrupt() throws Exception {
        Path file = Images.write(folder.resolve("a.png"), 1, 20, 10);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> {
                    try (FileChannel channel = FileChannel.open(file)) {
                        channel.read(ByteBuffer.allocate(1));
                    }
                })
                .as("otherwise the tests below show nothing")
                .isInstanceOf(ClosedByInterruptException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"colour.jpg", "colour.png", "colour.webp", "colour.gif", "colour.bmp", "colour.tif"})
    void headersAndPixelsAreReadInAnInterruptedThread(String name) throws Exception {
        Path file = Images.path(name);
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        Thread.currentThread().interrupt();
        assertThat(ImageHeader.check(file, attributes, true).reason()).isNull();
        assertThat(ImageHeader.looksLikeImage(file)).isTrue();
        try (PointerScope scope = new PointerScope()) {
            assertThat(ImageDecoder.read(file, Reduction.NONE, 1000).width()).isEqualTo(12);
        }
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void listsAreReadInAnInterruptedThread() throws Exception {
        Path list = Files.writeString(folder.resolve("list.txt"), "a.jpg\nb.jpg\n");
        Thread.currentThread().interrupt();
        assertThat(FileCollector.listed(list, Path::of))
                .isEqualTo(List.of(folder.resolve("a.jpg"), folder.resolve("b.jpg")));
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void interruptsWhileAFileIsReadDoNotEndTheReading() throws Exception {
        Path file = Images.write(folder.resolve("a.jpg"), 1, 900, 700);
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        Thread reader = Thread.currentThread();
        AtomicBoolean stop = new AtomicBoolean();
        Thread other = new Thread(() -> {
            while (!stop.get()) {
                reader.interrupt();
                LockSupport.parkNanos(50_000);
            }
        });
        other.start();
        try {
            for (int i = 0; i < 20; i++) {
                assertThat(ImageHeader.check(file, attributes, true))
                        .isEqualTo(HeaderCheck.image(ImageFormat.JPEG, 900, 700));
            }
        } finally {
            stop.set(true);
            join(other);
        }
    }

    private static void join(Thread thread) {
        while (thread.isAlive()) {
            // The last of the interrupts that were sent may still come.
            Thread.interrupted();
            LockSupport.parkNanos(50_000);
        }
    }
}

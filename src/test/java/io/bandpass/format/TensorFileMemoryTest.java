package io.bandpass.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.testing.RawSafetensors;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Tensors of files are freed with the file, and with a file that fails while it is read. JavaCPP's count of bytes is
 * zero where its garbage collection is off, so the resident memory is looked at.
 */
final class TensorFileMemoryTest {
    private static final int BYTES = 4 << 20;
    private static final int ROUNDS = 100;
    /** A quarter of what the rounds would leave if each forgot one tensor. */
    private static final long ALLOWED = (long) ROUNDS * BYTES / 4;

    private static final String ONE =
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]}}".formatted(BYTES, BYTES);
    private static final String HEADER =
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]},".formatted(BYTES, BYTES)
                    + "\"b\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[%d,%d]}}";
    private static final String TWO = HEADER.formatted(BYTES, BYTES, 2 * BYTES);
    /** More than any process can address. */
    private static final long PETABYTE = 1L << 50;

    private static final String HUGE = HEADER.formatted(PETABYTE, BYTES, BYTES + PETABYTE);

    /** A file of a header and zeros, which breaks in the middle of its second tensor. */
    private static final class BreakingFile implements SeekableByteChannel {
        private static final byte[] CONTENT = new byte[1 << 20];

        private final byte[] start;
        private final long size;
        private final int endOfFirst;
        private final boolean shrinks;
        private long position;

        BreakingFile(String header, long values, boolean shrinks) {
            start = RawSafetensors.file(header, 0);
            size = start.length + values;
            endOfFirst = start.length + BYTES;
            this.shrinks = shrinks;
        }

        @Override
        public int read(ByteBuffer buffer) throws IOException {
            if (position >= endOfFirst + BYTES / 2) {
                if (shrinks) {
                    return -1;
                }
                throw new IOException("Input/output error");
            }
            // Half of what is asked for, as files on networks may.
            int count = Math.min(Math.max(1, buffer.remaining() / 2), CONTENT.length);
            byte[] content = CONTENT;
            if (position < start.length) {
                content = Arrays.copyOfRange(start, (int) position, start.length);
                count = Math.min(count, content.length);
            }
            buffer.put(content, 0, count);
            position += count;
            return count;
        }

        @Override
        public int write(ByteBuffer buffer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public SeekableByteChannel position(long newPosition) {
            position = newPosition;
            return this;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public SeekableByteChannel truncate(long newSize) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @BeforeAll
    static void loadTheEngine() {
        Engine.start(1);
    }

    @Test
    void readingThatFailsMidwayLeavesNoTensor() throws IOException {
        assertFlat(() -> assertThatThrownBy(
                        () -> Safetensors.read("net.safetensors", new BreakingFile(TWO, 2L * BYTES, false)))
                .isInstanceOf(IOException.class)
                .hasMessage("net.safetensors cannot be read: Input/output error"));
    }

    @Test
    void aFileThatShrinksWhileItIsReadLeavesNoTensor() throws IOException {
        assertFlat(() -> assertThatThrownBy(
                        () -> Safetensors.read("net.safetensors", new BreakingFile(TWO, 2L * BYTES, true)))
                .isInstanceOf(WeightsException.class)
                .hasMessage("net.safetensors became shorter while it was read"));
    }

    @Test
    void aTensorThatFindsNoMemoryIsToldAndLeavesNoOther() throws IOException {
        assertFlat(() -> assertThatThrownBy(
                        () -> Safetensors.read("net.safetensors", new BreakingFile(HUGE, BYTES + PETABYTE, false)))
                .isInstanceOf(WeightsException.class)
                .hasMessage("net.safetensors: there is no memory for tensor b of 1125899906842624 bytes"));
    }

    @Test
    void aClosedFileLeavesNoTensorWithAndWithoutAScope() throws IOException {
        assertFlat(() -> Safetensors.read("net.safetensors", new BreakingFile(ONE, BYTES, false))
                .close());
        assertFlat(() -> {
            try (PointerScope scope = new PointerScope()) {
                Safetensors.read("net.safetensors", new BreakingFile(ONE, BYTES, false))
                        .close();
            }
        });
    }

    @Test
    void loadingHoldsNeitherFileNorModel() throws IOException {
        assertFlat(() -> {
            Tensor parameter;
            try (PointerScope scope = new PointerScope()) {
                parameter = Tensors.keep(Tensors.zeros(ScalarType.Byte, BYTES));
            }
            try (parameter;
                    TensorFile file = Safetensors.read("net.safetensors", new BreakingFile(ONE, BYTES, false))) {
                WeightsLoader.loadAll(Map.of("a", parameter), file);
            }
        });
    }

    private interface Round {
        void run() throws IOException;
    }

    private static void assertFlat(Round round) throws IOException {
        for (int i = 0; i < 3; i++) {
            round.run();
        }
        System.gc();
        long before = Engine.residentBytes();
        for (int i = 0; i < ROUNDS; i++) {
            round.run();
        }
        System.gc();
        assertThat(Engine.residentBytes() - before).isLessThan(ALLOWED);
    }
}

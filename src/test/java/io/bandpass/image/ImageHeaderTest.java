package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.testing.Images;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageHeaderTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"photo", "photo.jpg"})
    void whatCannotBeReadAtPresentIsNotForGood(String name) throws IOException {
        Path file = Images.write(folder.resolve(name), Images.bytes("colour.jpg"));
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        boolean named = ImageHeader.isNamedLikeImage(file);
        assertThat(ImageHeader.check(file, attributes, named).lasting()).isTrue();
        Files.delete(file);
        HeaderCheck lost = ImageHeader.check(file, attributes, named);
        assertThat(lost.counts()).isEqualTo(named);
        assertThat(lost.lasting()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(ImageFormat.class)
    void aDiskThatFailsIsNoDamagedImage(ImageFormat format) throws IOException {
        String word = format == ImageFormat.JPEG ? "jpg" : format == ImageFormat.TIFF ? "tif" : format.word();
        byte[] whole = Images.bytes("colour." + word);
        assertThat(ImageHeader.check(new FailingChannel(whole, whole.length), true))
                .isEqualTo(HeaderCheck.image(format, 12, 8));
        assertThatThrownBy(() -> ImageHeader.check(new FailingChannel(whole, 12), true))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(EOFException.class)
                .hasMessage("Input/output error");
        HeaderCheck cut = ImageHeader.check(new FailingChannel(Arrays.copyOf(whole, 12), 12), true);
        assertThat(cut.lasting()).isTrue();
        assertThat(cut.reason()).startsWith("truncated or damaged");
    }

    @Test
    void aFileWhoseLengthCannotBeHadIsClosed() {
        FailingChannel channel = new FailingChannel(new byte[0], 0) {
            @Override
            public long size() throws IOException {
                throw new IOException("Input/output error");
            }
        };
        assertThatThrownBy(() -> ImageHeader.check(channel, true)).hasMessage("Input/output error");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void numbersMayLieAcrossTheEndOfAPortion() throws IOException {
        byte[] content = new byte[5000];
        content[4097] = 7;
        try (ChannelInput input = new ChannelInput(new FailingChannel(content, content.length))) {
            assertThat(input.read()).isZero();
            input.seek(4094);
            assertThat(input.readInt()).isEqualTo(7);
            input.seek(4990);
            assertThat(input.read(new byte[20])).isEqualTo(10);
            assertThat(input.read(new byte[20])).isEqualTo(-1);
        }
    }

    /** The decoder skips the marker and finds the large image; who takes it for a segment finds the small one. */
    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x01, 0xD0, 0xD7})
    void aMarkerWithoutALengthHidesNoPixels(int marker) throws IOException {
        Path file = Images.write(folder.resolve("a.jpg"), lying(marker));
        HeaderCheck check = ImageHeader.check(file, Files.readAttributes(file, BasicFileAttributes.class), true);
        assertThat(check).isEqualTo(HeaderCheck.image(ImageFormat.JPEG, 400, 300));
        assertThat(check.refusal(1000)).contains("400 x 300 pixels");
        try (PointerScope scope = new PointerScope()) {
            assertThatCode(() -> assertThat(Decoded.of(lying(marker)).width()).isEqualTo(400))
                    .doesNotThrowAnyException();
        }
    }

    private static byte[] lying(int marker) {
        byte[] whole = Images.encoded(1, 400, 300, "jpg");
        int length = whole.length;
        ByteArrayOutputStream lying = new ByteArrayOutputStream();
        lying.write(whole, 0, 2);
        lying.writeBytes(new byte[] {(byte) 0xFF, (byte) marker, (byte) (length >> 8), (byte) length});
        lying.write(whole, 2, length - 2);
        lying.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0, (byte) 0xFF});
        lying.write(0xDA);
        return lying.toByteArray();
    }

    /** A file whose bytes from some place on cannot be had. */
    private static class FailingChannel implements SeekableByteChannel {
        private final byte[] content;
        private final int readable;
        private int position;
        private boolean closed;

        FailingChannel(byte[] content, int readable) {
            this.content = content;
            this.readable = readable;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (position >= content.length) {
                return -1;
            }
            if (position >= readable) {
                throw new IOException("Input/output error");
            }
            int count = Math.min(target.remaining(), readable - position);
            target.put(content, position, count);
            position += count;
            return count;
        }

        @Override
        public int write(ByteBuffer source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public SeekableByteChannel position(long newPosition) {
            position = (int) Math.min(Integer.MAX_VALUE, newPosition);
            return this;
        }

        @Override
        public long size() throws IOException {
            return content.length;
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return !closed;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}

package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DecodedMemoryTest {
    @ParameterizedTest
    @CsvSource({"1, 1, 3", "16, 16, 3", "17, 33, 6", "5, 100, 3", "100, 5, 6"})
    void whatIsLeftOutIsSeen(int height, int width, int pixelBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(height * width * pixelBytes);
        DecodedMemory memory = new DecodedMemory(bytes, height, width, pixelBytes);
        memory.mark();
        assertThat(memory.isMarked()).isTrue();
        // Everything but the last row is written.
        for (int i = 0; i < (height - 1) * width * pixelBytes; i++) {
            bytes.put(i, (byte) 0);
        }
        assertThat(memory.isMarked()).isTrue();
        for (int i = 0; i < bytes.capacity(); i++) {
            bytes.put(i, (byte) 0);
        }
        assertThat(memory.isMarked()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 3", "40, 40, 6"})
    void anImageOfTheColourOfOneMarkHasNotThatOfTheOther(int height, int width, int pixelBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(height * width * pixelBytes);
        DecodedMemory memory = new DecodedMemory(bytes, height, width, pixelBytes);
        memory.mark();
        byte[] image = bytes.array().clone();
        memory.markOtherwise();
        bytes.put(0, image);
        assertThat(memory.isMarked()).isFalse();
    }
}

package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.bandpass.image.RgbImage;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

final class ImageKeysTest {
    private static final int HEIGHT = 1501;
    private static final int WIDTH = 2003;

    /** An image that lies outside of Java's memory. */
    private record OneImage(BytePointer pixels) implements ImageSource {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public String name(int index) {
            return "image";
        }

        @Override
        public int label(int index) {
            return UNLABELLED;
        }

        @Override
        public List<String> classNames() {
            return List.of();
        }

        @Override
        public RgbImage read(int index) {
            return new RgbImage(pixels, HEIGHT, WIDTH);
        }
    }

    @Test
    void theKeyOfALargeImageIsThatOfAllItsBytesAndTakesNoCopyOfThem() {
        byte[] bytes = new byte[3 * HEIGHT * WIDTH];
        new Random(1).nextBytes(bytes);
        long expected = KeyedRandom.hash(HEIGHT, Purpose.HOLD_OUT, WIDTH);
        for (byte each : bytes) {
            expected = (expected ^ each) * 0x100000001B3L;
            expected ^= expected >>> 32;
        }
        try (PointerScope scope = new PointerScope()) {
            OneImage image = new OneImage(new BytePointer(bytes));
            assertThat(ImageKeys.content(image, 0)).isEqualTo(expected);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            ImageKeys.content(image, 0);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
        }
    }
}

package io.bandpass.testing;

import io.bandpass.data.ImageSource;
import io.bandpass.image.BadImageException;
import io.bandpass.image.RgbImage;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Images that differ with their index; some may be broken, fail, or wait to be let through. */
public class FakeImages implements ImageSource {
    private final int size;
    private final int height;
    private final int width;
    private final Set<Integer> broken = new TreeSet<>();
    private final AtomicInteger reads = new AtomicInteger();
    private int failingIndex;
    private @Nullable RuntimeException failure;
    private @Nullable CountDownLatch gate;

    /** Images of 5 x 6 pixels. */
    public FakeImages(int size) {
        this(size, 5, 6);
    }

    public FakeImages(int size, int height, int width) {
        this.size = size;
        this.height = height;
        this.width = width;
    }

    public FakeImages broken(int... indices) {
        Arrays.stream(indices).forEach(broken::add);
        return this;
    }

    public FakeImages failingAt(int index, RuntimeException error) {
        failingIndex = index;
        failure = error;
        return this;
    }

    public FakeImages waitingFor(CountDownLatch opened) {
        gate = opened;
        return this;
    }

    /** How many images have been asked for. */
    public int reads() {
        return reads.get();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public String name(int index) {
        return "image-" + index;
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
    public RgbImage read(int index) throws BadImageException {
        reads.incrementAndGet();
        if (gate != null) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        if (failure != null && index == failingIndex) {
            throw failure;
        }
        if (broken.contains(index)) {
            throw new BadImageException("broken on purpose");
        }
        byte[] pixels = new byte[height * width * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (31 * index + 7 * i);
        }
        return RgbImage.of(pixels, height, width);
    }
}

package io.bandpass.testing;

import io.bandpass.data.ImageSource;
import io.bandpass.image.RgbImage;
import io.bandpass.torch.Engine;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Noise of two classes, brighter below or above, and the most memory that the process had while they were read. */
public final class SquareImages implements ImageSource {
    private final int count;
    private final int edge;
    private final AtomicLong mostBytes = new AtomicLong();

    /** Images of some size in pixels. */
    public SquareImages(int count, int edge) {
        this.count = count;
        this.edge = edge;
    }

    /** The largest resident memory that was seen when an image was asked for. */
    public long mostBytes() {
        return mostBytes.get();
    }

    @Override
    public int size() {
        return count;
    }

    @Override
    public String name(int index) {
        return "image-" + index;
    }

    @Override
    public int label(int index) {
        return index % 2;
    }

    @Override
    public List<String> classNames() {
        return IntStream.range(0, 2).mapToObj(i -> "class-" + i).toList();
    }

    @Override
    public RgbImage read(int index) {
        mostBytes.accumulateAndGet(Engine.residentBytes(), Math::max);
        byte[] pixels = new byte[edge * edge * 3];
        new Random(index).nextBytes(pixels);
        for (int i = 0; i < pixels.length; i++) {
            int slope = (int) (128L * i / pixels.length);
            pixels[i] = (byte) ((pixels[i] & 0x7f) + (index % 2 == 0 ? slope : 127 - slope));
        }
        return RgbImage.of(pixels, edge, edge);
    }
}

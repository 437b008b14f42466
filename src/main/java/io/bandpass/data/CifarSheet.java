package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.HeaderCheck;
import io.bandpass.image.ImageDecoder;
import io.bandpass.image.ImageFormat;
import io.bandpass.image.Reduction;
import io.bandpass.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * A PNG sheet of CIFAR images, one per row: 1,024 pixels, which are the image's 32 rows one after the other. Decoded on
 * the first access to one of its images, and kept.
 */
final class CifarSheet implements CifarImages.Pixels {
    private static final int WIDTH = CifarImages.EDGE * CifarImages.EDGE;

    /** Deflate expands a byte to at most 1,032. */
    private static final long LARGEST_COMPRESSION = 1032;

    /** The last chunk of a PNG, the same in every file: length 0, IEND, checksum. */
    private static final byte[] LAST_CHUNK = {0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xAE, 0x42, 0x60, (byte) 0x82};

    private final Path file;
    private final int size;
    private byte @Nullable [] decoded;
    private @Nullable String failure;

    private CifarSheet(Path file, int size) {
        this.file = file;
        this.size = size;
    }

    /**
     * Checks the first and last bytes of a file; its pixels are decoded later.
     *
     * @throws DataException if it is not such a sheet
     */
    static CifarSheet open(Path file) {
        HeaderCheck header = FolderWalk.Found.of(file).header(true);
        if (header.format() != ImageFormat.PNG || header.width() != WIDTH) {
            throw new DataException(file + " is no PNG with 1024 pixels in a row, which are an image of CIFAR-10 each"
                    + (header.reason() == null ? "" : ": " + header.reason()));
        }
        try {
            byte[] end = end(file);
            long bytes = (long) header.height() * CifarImages.BYTES;
            // The size is checked before memory is allocated: a header of a few bytes may claim anything.
            if (!Arrays.equals(end, LAST_CHUNK) || bytes > Files.size(file) * LARGEST_COMPRESSION) {
                throw new DataException(file + " is truncated: it does not hold the " + header.height()
                        + " rows that its header claims");
            }
            if (bytes > Math.min(Integer.MAX_VALUE - 8L, Runtime.getRuntime().maxMemory() / 2)) {
                throw new DataException(file + " holds " + (bytes >> 20)
                        + " MiB, more than 2 GiB or half of Java's memory; set a larger -Xmx");
            }
        } catch (IOException e) {
            throw new DataException(
                    file + " cannot be read: " + BadImageException.unreadable(e).reason());
        }
        return new CifarSheet(file, header.height());
    }

    private static byte[] end(Path file) throws IOException {
        try (var input = Files.newInputStream(file)) {
            input.skipNBytes(Math.max(0, Files.size(file) - LAST_CHUNK.length));
            return input.readNBytes(LAST_CHUNK.length);
        }
    }

    int size() {
        return size;
    }

    @Override
    public byte[] rgb(int row) throws BadImageException {
        int start = row * CifarImages.BYTES;
        return Arrays.copyOfRange(pixels(), start, start + CifarImages.BYTES);
    }

    /** Returns all images. A failed decoding is remembered and not repeated for each image. */
    private synchronized byte[] pixels() throws BadImageException {
        if (failure != null) {
            throw new BadImageException(failure);
        }
        if (decoded == null) {
            try (PointerScope scope = new PointerScope()) {
                RgbImage sheet = ImageDecoder.read(file, Reduction.NONE, (long) size * WIDTH);
                if (sheet.height() != size || sheet.width() != WIDTH) {
                    throw new BadImageException("the sheet has another size than its header claims");
                }
                decoded = sheet.toBytes();
            } catch (BadImageException e) {
                failure = e.reason();
                throw e;
            }
        }
        return decoded;
    }
}

package io.bandpass.data;

import io.bandpass.image.BadImageException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * An IDX file of unsigned bytes, plain or gzip: the format of MNIST and its variants.
 *
 * @param counts shape: (N, H, W) for images, (N) for labels
 * @param values row-major
 */
record IdxFile(int[] counts, byte[] values) {
    private static final int UNSIGNED_BYTE = 8;
    private static final long LARGEST = Integer.MAX_VALUE - 8;

    /** Deflate expands a byte to at most 1,032. */
    private static final long LARGEST_COMPRESSION = 1032;

    /**
     * Reads a file.
     *
     * @param axes required number of axes
     * @throws DataException if it is not such a file, or its length does not match its header
     */
    static IdxFile read(Path file, int axes) {
        try (DataInputStream input = new DataInputStream(open(file))) {
            int zero = input.readUnsignedShort();
            int type = input.readUnsignedByte();
            int dimensions = input.readUnsignedByte();
            if (zero != 0 || type != UNSIGNED_BYTE || dimensions != axes) {
                throw new DataException(file + " is no IDX file of unsigned bytes with " + axes + " axes");
            }
            int[] counts = new int[axes];
            long size = 1;
            for (int i = 0; i < axes; i++) {
                counts[i] = input.readInt();
                if (counts[i] < 0 || (size *= counts[i]) > LARGEST) {
                    throw new DataException(file + " claims more values than an IDX file may hold here (2 GiB)");
                }
            }
            // Checked before memory is allocated: a header of a few bytes may claim anything.
            if (size > Files.size(file) * LARGEST_COMPRESSION) {
                throw doesNotHold(file, size);
            }
            if (size > Runtime.getRuntime().maxMemory() / 2) {
                throw new DataException(file + " holds " + (size >> 20)
                        + " MiB, more than half of Java's memory; set a larger -Xmx, or split the file");
            }
            byte[] values = new byte[(int) size];
            if (input.readNBytes(values, 0, values.length) < size || input.read() >= 0) {
                throw doesNotHold(file, size);
            }
            return new IdxFile(counts, values);
        } catch (EOFException | ZipException e) {
            throw new DataException(file + " is truncated or damaged");
        } catch (IOException e) {
            throw new DataException(
                    file + " cannot be read: " + BadImageException.unreadable(e).reason());
        }
    }

    private static DataException doesNotHold(Path file, long size) {
        return new DataException(file + " does not hold the " + size + " values that its header claims");
    }

    private static InputStream open(Path file) throws IOException {
        InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        raw.mark(2);
        boolean gzip = raw.read() == 0x1F && raw.read() == 0x8B;
        raw.reset();
        return gzip ? new GZIPInputStream(raw, 1 << 16) : raw;
    }
}

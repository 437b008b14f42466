package io.bandpass.data;

import io.bandpass.image.BadImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A binary CIFAR file, read as a whole and kept unchanged. Each record holds the labels of an image, one byte each,
 * followed by its red, green and blue values, (3, 32, 32).
 *
 * @param records the records, one after the other
 * @param labelBytes labels per image, of which the last is used: 1 in CIFAR-10, 2 (coarse, fine) in CIFAR-100
 */
record CifarBinary(byte[] records, int labelBytes) implements CifarImages.Pixels {
    private static final int PLANE = CifarImages.EDGE * CifarImages.EDGE;
    private static final long LARGEST = Integer.MAX_VALUE - 8;

    /**
     * Reads a file.
     *
     * @throws DataException if it is not such a file
     */
    static CifarBinary read(Path file, int labelBytes) {
        try {
            long length = Files.size(file);
            int record = labelBytes + CifarImages.BYTES;
            if (length == 0 || length % record != 0) {
                throw new DataException(
                        file + " has " + length + " bytes, which are no whole number of images of CIFAR-"
                                + (labelBytes == 1 ? "10" : "100") + " with " + record
                                + " bytes each; it is truncated, or another kind of file");
            }
            if (length > Math.min(LARGEST, Runtime.getRuntime().maxMemory() / 2)) {
                throw new DataException(file + " holds " + (length >> 20)
                        + " MiB, more than 2 GiB or half of Java's memory; set a larger -Xmx, or split the file");
            }
            byte[] records = Files.readAllBytes(file);
            if (records.length != length) {
                throw new DataException(file + " changed while it was read; try again");
            }
            return new CifarBinary(records, labelBytes);
        } catch (IOException e) {
            throw new DataException(
                    file + " cannot be read: " + BadImageException.unreadable(e).reason());
        }
    }

    int size() {
        return records.length / record();
    }

    private int record() {
        return labelBytes + CifarImages.BYTES;
    }

    /** Returns the label of each image: the last one of its record. */
    byte[] labels() {
        byte[] labels = new byte[size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = records[i * record() + labelBytes - 1];
        }
        return labels;
    }

    @Override
    public byte[] rgb(int row) {
        byte[] rgb = new byte[CifarImages.BYTES];
        int red = row * record() + labelBytes;
        for (int i = 0; i < PLANE; i++) {
            rgb[3 * i] = records[red + i];
            rgb[3 * i + 1] = records[red + PLANE + i];
            rgb[3 * i + 2] = records[red + 2 * PLANE + i];
        }
        return rgb;
    }
}

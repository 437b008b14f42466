package io.bandpass.testing;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;

/** Small files of CIFAR, the pixels of which follow from a number for each image. */
public final class CifarFiles {
    private static final int PLANE = 32 * 32;

    private CifarFiles() {}

    /** The value of a channel (0 to 2) of a pixel (0 to 1,023, row-major) of an image. */
    public static byte value(int image, int pixel, int channel) {
        return (byte) (31 * image + 7 * pixel + 101 * channel + pixel / 32);
    }

    /** All values of an image, interleaved. */
    public static byte[] rgb(int image) {
        byte[] rgb = new byte[3 * PLANE];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = value(image, i / 3, i % 3);
        }
        return rgb;
    }

    /** A record of CIFAR-10 (one label) or CIFAR-100 (coarse and fine) for each row of labels. */
    public static byte[] binary(int firstImage, int[]... labels) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        for (int i = 0; i < labels.length; i++) {
            for (int label : labels[i]) {
                file.write(label);
            }
            for (int channel = 0; channel < 3; channel++) {
                for (int pixel = 0; pixel < PLANE; pixel++) {
                    file.write(value(firstImage + i, pixel, channel));
                }
            }
        }
        return file.toByteArray();
    }

    /** A PNG with an image in each row. */
    public static byte[] sheet(int firstImage, int images) {
        BufferedImage sheet = new BufferedImage(PLANE, images, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < images; i++) {
            for (int pixel = 0; pixel < PLANE; pixel++) {
                sheet.setRGB(
                        pixel,
                        i,
                        (value(firstImage + i, pixel, 0) & 0xFF) << 16
                                | (value(firstImage + i, pixel, 1) & 0xFF) << 8
                                | (value(firstImage + i, pixel, 2) & 0xFF));
            }
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            ImageIO.write(sheet, "png", file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }

    /** Writes CIFAR-10 with two images in each batch: image n has the label n % 10, those to test come last. */
    public static void writeBinary(Path folder) {
        for (int batch = 0; batch < 6; batch++) {
            String name = batch < 5 ? "data_batch_" + (batch + 1) : "test_batch";
            int first = 2 * batch;
            Images.write(
                    folder.resolve(name + ".bin"), binary(first, new int[] {first % 10}, new int[] {(first + 1) % 10}));
        }
    }

    /** The same as sheets. */
    public static void writeSheets(Path folder) {
        for (int batch = 0; batch < 6; batch++) {
            String name = batch < 5 ? "data_batch_" + (batch + 1) : "test_batch";
            Images.write(folder.resolve(name + ".png"), sheet(2 * batch, 2));
        }
        writeLabels(folder, "train_lables.json", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        writeLabels(folder, "test_lables.json", 0, 1);
    }

    public static void writeLabels(Path folder, String name, int... labels) {
        Images.write(folder.resolve(name), Arrays.toString(labels).getBytes(StandardCharsets.UTF_8));
    }
}

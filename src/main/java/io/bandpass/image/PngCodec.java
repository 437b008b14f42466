package io.bandpass.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Writes images as PNG, which loses nothing. */
public final class PngCodec {
    private PngCodec() {}

    /** Returns the image as a PNG file. */
    public static byte[] encode(RgbBytes image) {
        BufferedImage picture = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        int[] pixels = new int[image.pixels()];
        for (int i = 0; i < pixels.length; i++) {
            int at = RgbBytes.CHANNELS * i;
            pixels[i] = image.level(at) << 16 | image.level(at + 1) << 8 | image.level(at + 2);
        }
        picture.setRGB(0, 0, image.width(), image.height(), pixels, 0, image.width());
        return encode(picture);
    }

    /** Returns the picture as a PNG file. */
    public static byte[] encode(BufferedImage picture) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }
}

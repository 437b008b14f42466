package io.bandpass.labelmap;

import io.bandpass.config.LabelClasses;
import io.bandpass.format.AtomicFiles;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * Writes label maps as masks with the values that the data's own masks have: PNG with a palette, in which viewers show
 * the colours of the classes, or 16-bit grey if a value is above 255.
 */
public final class PaletteMask {
    private static final int LEVELS = 256;
    private static final int BYTE_BITS = 8;
    private static final int CHANNELS = 3;
    /** Colour of ignored pixels: that of borders in Pascal VOC. */
    private static final int IGNORED_COLOUR = 0xE0E0C0;

    private PaletteMask() {}

    /**
     * Writes a mask. An existing file is replaced, and it never lies there in part.
     *
     * @param ids row by row: classes from 0; ids below 0 become the ignored value
     */
    public static void write(Path file, short[] ids, int height, int width, LabelClasses classes) throws IOException {
        int[] values = new int[ids.length];
        int largest = classes.ignoreValue();
        for (int value : classes.values()) {
            largest = Math.max(largest, value);
        }
        int[] valueOf = classes.values().stream().mapToInt(Integer::intValue).toArray();
        for (int i = 0; i < ids.length; i++) {
            values[i] = ids[i] < 0 ? classes.ignoreValue() : valueOf[ids[i]];
        }
        BufferedImage image = largest < LEVELS
                ? new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, palette(classes))
                : new BufferedImage(width, height, BufferedImage.TYPE_USHORT_GRAY);
        WritableRaster raster = image.getRaster();
        raster.setSamples(0, 0, width, height, 0, values);
        AtomicFiles.write(file, temporary -> {
            try (OutputStream stream = Files.newOutputStream(temporary)) {
                if (!ImageIO.write(image, "png", stream)) {
                    throw new IOException("this Java has no writer of PNG");
                }
            }
        });
    }

    private static IndexColorModel palette(LabelClasses classes) {
        byte[] colours = new byte[CHANNELS * LEVELS];
        put(colours, classes.ignoreValue(), IGNORED_COLOUR);
        for (int id = 0; id < classes.size(); id++) {
            put(colours, classes.values().get(id), classes.colours().get(id));
        }
        return new IndexColorModel(BYTE_BITS, LEVELS, colours, 0, false);
    }

    private static void put(byte[] colours, int value, int colour) {
        for (int channel = 0; channel < CHANNELS; channel++) {
            colours[CHANNELS * value + channel] = (byte) (colour >> (BYTE_BITS * (CHANNELS - 1 - channel)));
        }
    }
}

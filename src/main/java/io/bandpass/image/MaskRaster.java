package io.bandpass.image;

/**
 * The stored values of a mask, row by row. What they mean is not known here.
 *
 * @param values numbers from 0 to 65535, or colours 0xRRGGBB, as the kind says
 * @param palette colours 0xRRGGBB of the numbers of a palette file; otherwise empty
 * @param form of the file, in words: {@code 8-bit palette}
 */
public record MaskRaster(int[] values, int height, int width, Kind kind, int[] palette, String form) {
    /** What the values are. */
    public enum Kind {
        NUMBERS,
        /** Numbers that the file also gives colours. */
        PALETTE,
        COLOURS
    }

    /**
     * Returns the raster as seen after the rotation that an EXIF orientation asks for.
     *
     * @param orientation 1 to 8 (EXIF 2.32, 4.6.4)
     */
    public MaskRaster turned(int orientation) {
        boolean transposed = orientation >= StoredImage.FIRST_TURNED;
        boolean mirrored = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
        boolean upsideDown = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
        int rows = transposed ? width : height;
        int columns = transposed ? height : width;
        int[] turned = new int[values.length];
        for (int row = 0; row < rows; row++) {
            int y = upsideDown ? rows - 1 - row : row;
            for (int column = 0; column < columns; column++) {
                int x = mirrored ? columns - 1 - column : column;
                turned[row * columns + column] = values[transposed ? x * width + y : y * width + x];
            }
        }
        return new MaskRaster(turned, rows, columns, kind, palette, form);
    }
}

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
        ExifTurn turn = new ExifTurn(orientation, height, width);
        int[] turned = new int[values.length];
        for (int to = 0; to < turned.length; to++) {
            turned[to] = values[turn.source(to / turn.columns(), to % turn.columns())];
        }
        return new MaskRaster(turned, turn.rows(), turn.columns(), kind, palette, form);
    }
}

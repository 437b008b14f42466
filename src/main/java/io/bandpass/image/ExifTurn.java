package io.bandpass.image;

/**
 * The turn that an EXIF orientation asks for (EXIF 2.32, 4.6.4), as places in rows of pixels.
 *
 * @param orientation 1 to 8
 * @param height of the stored image
 * @param width of the stored image
 */
public record ExifTurn(int orientation, int height, int width) {
    /** Rows of the upright image. */
    public int rows() {
        return isTransposed() ? width : height;
    }

    /** Columns of the upright image. */
    public int columns() {
        return isTransposed() ? height : width;
    }

    private boolean isTransposed() {
        return orientation >= StoredImage.FIRST_TURNED;
    }

    /** Returns where a pixel of the upright image is stored, counted row by row. */
    public int source(int row, int column) {
        boolean mirrored = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
        boolean upsideDown = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
        int y = upsideDown ? rows() - 1 - row : row;
        int x = mirrored ? columns() - 1 - column : column;
        return isTransposed() ? x * width + y : y * width + x;
    }
}

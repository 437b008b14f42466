package io.bandpass.image;

/** Header of an image: its stored size and its orientation. */
interface StoredImage {
    /** The first EXIF orientation that swaps rows and columns. */
    int FIRST_TURNED = 5;

    /** Rows as stored. */
    int storedHeight();

    /** Columns as stored. */
    int storedWidth();

    /** EXIF orientation, 1 to 8; 1 is upright, the default for formats without EXIF. */
    default int orientation() {
        return ExifOrientation.UPRIGHT;
    }

    /** Rows of the upright image. */
    default int height() {
        return orientation() < FIRST_TURNED ? storedHeight() : storedWidth();
    }

    /** Columns of the upright image. */
    default int width() {
        return orientation() < FIRST_TURNED ? storedWidth() : storedHeight();
    }

    /**
     * Checks a size stated by a header.
     *
     * @throws BadImageException if it is impossible
     */
    static void check(long width, long height) throws BadImageException {
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw new BadImageException("its header claims " + width + " x " + height + " pixels");
        }
    }
}

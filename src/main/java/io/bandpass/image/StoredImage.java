package io.bandpass.image;

/** What the header of an image says: how large it is as it is stored, and which side of that is up. */
interface StoredImage {
    /** The first orientation of EXIF that exchanges rows and columns. */
    int FIRST_TURNED = 5;

    /** Rows as they are stored. */
    int storedHeight();

    /** Columns as they are stored. */
    int storedWidth();

    /** Orientation of EXIF, 1 to 8; 1 is upright, as are all images of a format that has no EXIF. */
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
     * Checks a size as it stands in a header.
     *
     * @throws BadImageException if an image cannot have it
     */
    static void check(long width, long height) throws BadImageException {
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw new BadImageException("its header claims " + width + " x " + height + " pixels");
        }
    }
}

package io.bandpass.labelmap;

import io.bandpass.data.FolderFiles;
import io.bandpass.image.BadImageException;
import io.bandpass.image.HeaderCheck;
import io.bandpass.image.ImageHeader;

/**
 * Sizes of images and of the shapes for them. Some annotation tools turn a photograph as its EXIF orientation asks,
 * others show it as stored; which one it was is seen by the size that they wrote.
 */
final class ImageSizes {
    /** The first EXIF orientation that swaps rows and columns. */
    private static final int FIRST_TURNED = 5;

    private ImageSizes() {}

    /** Returns why an image cannot be used with its shapes, by its header; empty if it can. */
    static String problem(Annotation annotation, long maxPixels) {
        HeaderCheck check = FolderFiles.header(annotation.file());
        String refusal = check.refusal(maxPixels);
        if (refusal != null) {
            return refusal;
        }
        try {
            isAsStored(annotation, check.height(), check.width());
            return "";
        } catch (BadImageException e) {
            return e.reason();
        }
    }

    /**
     * Returns whether shapes are for an image as stored, not as seen after its EXIF orientation is applied.
     *
     * @param height of the upright image
     * @param width of the upright image
     * @throws BadImageException if they are for neither
     */
    static boolean isAsStored(Annotation annotation, int height, int width) throws BadImageException {
        int rows = annotation.height();
        int columns = annotation.width();
        if (rows == 0 || (rows == height && columns == width)) {
            return false;
        }
        if (rows == width && columns == height && ImageHeader.orientation(annotation.file()) >= FIRST_TURNED) {
            return true;
        }
        throw new BadImageException(
                "it has " + width + " x " + height + " pixels, but its shapes are for " + columns + " x " + rows);
    }

    /**
     * Returns labels of a stored image as seen after its EXIF orientation (EXIF 2.32, 4.6.4) is applied.
     *
     * @param orientation that swaps rows and columns: 5 to 8
     */
    static LabelMap upright(LabelMap stored, int orientation) {
        int height = stored.width();
        int width = stored.height();
        boolean mirrored = orientation == 6 || orientation == 7;
        boolean upsideDown = orientation == 7 || orientation == 8;
        short[] ids = new short[stored.ids().length];
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                int fromRow = mirrored ? width - 1 - column : column;
                int fromColumn = upsideDown ? height - 1 - row : row;
                ids[row * width + column] = stored.ids()[fromRow * height + fromColumn];
            }
        }
        return new LabelMap(ids, height, width);
    }
}

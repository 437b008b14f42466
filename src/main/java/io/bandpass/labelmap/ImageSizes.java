package io.bandpass.labelmap;

import io.bandpass.data.FolderFiles;
import io.bandpass.image.BadImageException;
import io.bandpass.image.ExifTurn;
import io.bandpass.image.HeaderCheck;
import io.bandpass.image.ImageHeader;

/**
 * Sizes of images and of the shapes for them. Some annotation tools turn a photograph as its EXIF orientation asks,
 * others show it as stored; which one it was is seen by the size that they wrote.
 */
final class ImageSizes {
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
        if (rows == width && columns == height && ImageHeader.isTurned(annotation.file())) {
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
        ExifTurn turn = new ExifTurn(orientation, stored.height(), stored.width());
        short[] ids = new short[stored.ids().length];
        for (int to = 0; to < ids.length; to++) {
            ids[to] = stored.ids()[turn.source(to / turn.columns(), to % turn.columns())];
        }
        return new LabelMap(ids, turn.rows(), turn.columns());
    }
}

package io.bandpass.labelmap;

import io.bandpass.config.DataConfig;
import io.bandpass.image.BadImageException;
import io.bandpass.image.ImageDecoder;
import io.bandpass.image.Reduction;
import io.bandpass.image.RgbImage;
import java.nio.file.Path;

/** What a file of shapes says about one image. Reads the shapes anew each time, so that many take no memory. */
interface Annotation {
    /** The image, or the file that holds it as text. */
    Path file();

    /** Rows of the image as the file has it; 0 if it does not say. */
    int height();

    /** Columns of the image as the file has it; 0 if it does not say. */
    int width();

    /**
     * Returns why the image cannot be used, without decoding it; empty if nothing speaks against it.
     *
     * @param config with the limit on pixels
     */
    default String problem(DataConfig config) {
        return ImageSizes.problem(this, config.maxPixels());
    }

    /** Decodes the image; the caller's PointerScope frees it. */
    default RgbImage image(long maxPixels) throws BadImageException {
        return ImageDecoder.read(file(), Reduction.NONE, maxPixels);
    }

    /**
     * Paints the shapes in their order.
     *
     * @param canvas of the size that the shapes are for
     * @throws BadImageException if they cannot be read, with the reason and their file
     */
    void paint(LabelCanvas canvas, ShapeClasses classes) throws BadImageException;
}

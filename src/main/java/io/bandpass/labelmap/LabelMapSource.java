package io.bandpass.labelmap;

import io.bandpass.config.LabelClasses;
import io.bandpass.data.ImageSource;
import io.bandpass.image.BadImageException;
import io.bandpass.image.RgbImage;
import java.util.List;

/** An ordered set of images with a label map each. Thread-safe. */
public interface LabelMapSource extends ImageSource {
    /** Classes of the label maps. */
    LabelClasses classes();

    /**
     * Reads an image and its label map, which are of the same size. The caller's PointerScope frees the image.
     *
     * @throws BadImageException if the image or its mask cannot be read, if they differ in size, or if the mask holds a
     *     value that is no class, with the reason and the mask's file
     */
    LabelledImage readLabelled(int index) throws BadImageException;

    /** An image and the classes of its pixels, both of the same size. */
    record LabelledImage(RgbImage image, LabelMap labels) {}

    @Override
    LabelMapSource select(int[] indices);

    /** Pixels have labels here, images have none. */
    @Override
    default int label(int index) {
        return UNLABELLED;
    }

    @Override
    default List<String> classNames() {
        return List.of();
    }
}

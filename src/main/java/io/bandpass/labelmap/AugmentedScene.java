package io.bandpass.labelmap;

import io.bandpass.image.RgbBytes;
import java.util.List;

/**
 * An augmented image and its label map, both square and of the same size.
 *
 * @param image black where it is padded
 * @param labels {@link LabelMap#PADDING} where the image is padded
 * @param steps short descriptions of the operations applied
 */
public record AugmentedScene(RgbBytes image, LabelMap labels, List<String> steps) {}

package io.bandpass.data;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * An augmented image.
 *
 * @param image (3, size, size), uint8, on the CPU
 * @param steps short descriptions of the operations applied
 */
public record AugmentedImage(Tensor image, List<String> steps) {}

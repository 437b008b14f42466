package io.bandpass.data;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * What augmentation makes of an image.
 *
 * @param image (3, size, size), uint8, on the CPU
 * @param steps what was done, in a few words each
 */
public record AugmentedImage(Tensor image, List<String> steps) {}

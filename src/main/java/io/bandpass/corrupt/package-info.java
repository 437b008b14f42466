/**
 * The 19 corruptions of ImageNet-C (Hendrycks and Dietterich, ICLR 2019), CIFAR-10-C and Tiny-ImageNet-C, for images of
 * any size. In: 8-bit pixels, a severity, and a key for what is random; out: 8-bit pixels. Read {@link
 * io.bandpass.corrupt.Corruptions} first.
 *
 * <p>May use: config, image, text, torch.
 */
@NullMarked
package io.bandpass.corrupt;

import org.jspecify.annotations.NullMarked;

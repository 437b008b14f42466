/**
 * From the bytes of an image file to pixels: headers, decoders, orientation, resizing, and augmentation operations. In:
 * a file, possibly untrusted; out: a {@link io.bandpass.image.RgbImage}, or a {@link
 * io.bandpass.image.BadImageException}.
 *
 * <p>May use: config, torch.
 */
@NullMarked
package io.bandpass.image;

import org.jspecify.annotations.NullMarked;

/**
 * Pictures of what a configuration does to images: its masks, its augmentations, its task beside the others.
 *
 * <p>May use: classify, config, data, format, frequency, image, machine, nn, pretext, report, robust, run, text,
 * torch.
 */
@NullMarked
package io.bandpass.gallery;

import org.jspecify.annotations.NullMarked;

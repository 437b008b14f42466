/**
 * Pictures of what a configuration does to images: its masks, its augmentations.
 *
 * <p>May use: classify, config, data, format, frequency, image, machine, nn, report, run, text, torch.
 */
@NullMarked
package io.bandpass.gallery;

import org.jspecify.annotations.NullMarked;

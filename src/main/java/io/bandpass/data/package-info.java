/**
 * From files to batches: finding, labels, order, augmentation and the loader. In: paths; out: uint8 batches (N, 3, H,
 * W) in the order that (seed, epoch) fixes.
 *
 * <p>May use: config, image, task, text, torch.
 */
@NullMarked
package io.bandpass.data;

import org.jspecify.annotations.NullMarked;

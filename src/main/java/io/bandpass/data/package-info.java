/**
 * From files to batches: search, labels, order, augmentation and the loader. In: paths; out: uint8 batches (N, 3, H, W)
 * in an order fixed by (seed, epoch).
 *
 * <p>May use: config, format, image, store, task, text, torch.
 */
@NullMarked
package io.bandpass.data;

import org.jspecify.annotations.NullMarked;

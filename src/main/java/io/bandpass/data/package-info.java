/**
 * From files to batches: index, sampling, decoding, augmentation and the loader. In: paths; out: uint8 batches (N, 3, H, W) in the order that (seed, epoch) fixes.
 *
 * <p>May use: config, torch.
 */
@NullMarked
package io.bandpass.data;

import org.jspecify.annotations.NullMarked;

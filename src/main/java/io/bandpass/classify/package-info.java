/**
 * Classification: what happens to normalised images and labels of a batch, on the device. In: a part of a batch, its
 * partners and labels; out: erased and mixed images, soft targets. What is random follows from (seed, epoch, draw) or
 * (seed, step), so a batch in parts is the batch.
 *
 * <p>May use: config, torch, nn, encoder.
 */
@NullMarked
package io.bandpass.classify;

import org.jspecify.annotations.NullMarked;

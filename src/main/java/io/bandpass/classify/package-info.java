/**
 * Training of classifiers. Images are erased and mixed with their labels, on the device, and the loss compares logits
 * with soft targets. All randomness follows from (seed, epoch, draw) or (seed, step), so splitting a batch does not
 * change it. Read {@link io.bandpass.classify.ClassificationTask} first.
 *
 * <p>May use: config, encoder, nn, task, torch.
 */
@NullMarked
package io.bandpass.classify;

import org.jspecify.annotations.NullMarked;

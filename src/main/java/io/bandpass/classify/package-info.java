/**
 * Classification: how a classifier is trained. Images are erased and mixed with their labels, on the device, and the loss
 * compares logits with the soft targets. What is random follows from (seed, epoch, draw) or (seed, step), so a batch in
 * parts is the batch. {@link io.bandpass.classify.ClassificationTask} is the class to read first.
 *
 * <p>May use: config, encoder, nn, task, torch.
 */
@NullMarked
package io.bandpass.classify;

import org.jspecify.annotations.NullMarked;

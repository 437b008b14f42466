/**
 * Training step and training loop, independent of the task, and the evaluation between steps. Read
 * {@link io.bandpass.train.TrainingLoop} first.
 *
 * <p>May use: checkpoint, config, data, distributed, format, metrics, nn, optim, task, text, torch.
 */
@NullMarked
package io.bandpass.train;

import org.jspecify.annotations.NullMarked;

/**
 * What data and models agree on: {@link io.bandpass.task.Batch} is what a loader gives, {@link
 * io.bandpass.task.TrainingTask} is what a training step needs to know of what it trains.
 *
 * <p>May use: nn, torch.
 */
@NullMarked
package io.bandpass.task;

import org.jspecify.annotations.NullMarked;

/**
 * The contract between data and models: loaders produce a {@link io.bandpass.task.Batch}, training steps run a
 * {@link io.bandpass.task.TrainingTask}.
 *
 * <p>May use: nn, torch.
 */
@NullMarked
package io.bandpass.task;

import org.jspecify.annotations.NullMarked;

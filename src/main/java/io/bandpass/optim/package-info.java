/**
 * Parameter groups with layer decay, learning-rate schedules, optimizers, gradient clipping, moving averages.
 *
 * <p>May use: config, nn, torch.
 */
@NullMarked
package io.bandpass.optim;

import org.jspecify.annotations.NullMarked;

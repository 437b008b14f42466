/**
 * Parameter groups with layer decay, learning-rate schedules, optimizers, gradient clipping, moving averages.
 *
 * <p>May use: config, torch, nn.
 */
@NullMarked
package io.bandpass.optim;

import org.jspecify.annotations.NullMarked;

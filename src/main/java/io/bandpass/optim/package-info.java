/**
 * Parameter groups, learning-rate schedules, AdamW and gradient clipping.
 *
 * <p>May use: config, torch, nn.
 */
@NullMarked
package io.bandpass.optim;

import org.jspecify.annotations.NullMarked;

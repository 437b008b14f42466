/**
 * Training steps from a given state on given batches, for comparison with another program, or to see again a step
 * that was not finite.
 *
 * <p>May use: config, format, interop, machine, nn, optim, pretext, run, task, text, torch, train.
 */
@NullMarked
package io.bandpass.replay;

import org.jspecify.annotations.NullMarked;

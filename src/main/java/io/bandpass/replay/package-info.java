/**
 * Training steps from a given state on given batches, for comparison with another program, or to see again a step
 * that was not finite.
 *
 * <p>May use: classify, config, format, interop, machine, nn, optim, pretext, task, text, torch, train, weights.
 */
@NullMarked
package io.bandpass.replay;

import org.jspecify.annotations.NullMarked;

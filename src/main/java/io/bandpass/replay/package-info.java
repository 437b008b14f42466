/**
 * Replay of training steps from a saved state on saved batches, for parity checks against another program or to
 * reproduce a step that was not finite.
 *
 * <p>May use: config, format, interop, machine, nn, optim, pretext, run, task, text, torch, train.
 */
@NullMarked
package io.bandpass.replay;

import org.jspecify.annotations.NullMarked;

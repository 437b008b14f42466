/**
 * Checkpoints of other programs: how their tensors are named, which model they are of, import and export.
 *
 * <p>May use: config, encoder, format, nn, optim, pretext, task, torch, weights.
 */
@NullMarked
package io.bandpass.interop;

import org.jspecify.annotations.NullMarked;

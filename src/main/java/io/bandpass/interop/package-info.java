/**
 * Checkpoints of other programs: tensor names, inference of the model, import and export.
 *
 * <p>May use: config, encoder, format, nn, optim, pretext, task, torch, weights.
 */
@NullMarked
package io.bandpass.interop;

import org.jspecify.annotations.NullMarked;

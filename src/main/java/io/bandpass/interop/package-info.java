/**
 * Checkpoints of other programs: tensor names, inference of the model, import and export.
 *
 * <p>May use: config, encoder, format, labelmap, nn, optim, pretext, segment, task, torch, weights.
 */
@NullMarked
package io.bandpass.interop;

import org.jspecify.annotations.NullMarked;

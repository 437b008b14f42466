/**
 * Weights files of Bandpass: which file is meant, what its header says, and the encoders, models and classifiers that
 * are made of it.
 *
 * <p>May use: checkpoint, config, encoder, format, machine, nn, optim, pretext, task, text, torch.
 */
@NullMarked
package io.bandpass.weights;

import org.jspecify.annotations.NullMarked;

/**
 * Weights files of Bandpass: finds them, reads their headers, and loads and writes encoders, models and classifiers.
 *
 * <p>May use: checkpoint, config, encoder, format, machine, nn, optim, pretext, segment, task, text, torch.
 */
@NullMarked
package io.bandpass.weights;

import org.jspecify.annotations.NullMarked;

/**
 * Timed steps, loader, embedding and start.
 *
 * <p>May use: checkpoint, classify, config, data, encoder, format, machine, nn, pretext, run, task, text, torch, train, weights.
 */
@NullMarked
package io.bandpass.bench;

import org.jspecify.annotations.NullMarked;

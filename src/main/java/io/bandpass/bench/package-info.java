/**
 * Benchmarks of training steps, loader, embedding and start-up.
 *
 * <p>May use: checkpoint, config, data, encoder, format, machine, nn, run, task, text, torch, train, weights.
 */
@NullMarked
package io.bandpass.bench;

import org.jspecify.annotations.NullMarked;

/**
 * Benchmarks of training steps, loader, embedding, attacks, corruptions and start-up.
 *
 * <p>May use: attack, checkpoint, config, corrupt, data, encoder, format, image, machine, nn, run, task, text, torch, train,
 * weights.
 */
@NullMarked
package io.bandpass.bench;

import org.jspecify.annotations.NullMarked;

/**
 * The use of trained models: features, nearest neighbours, probes, predictions, evaluation, reconstructions, and the
 * files that they are written to. Read {@link io.bandpass.inference.PretrainedEncoder} first.
 *
 * <p>May use: config, data, dataset, encoder, eval, format, machine, metrics, nn, pretext, report, split, task, text, torch, weights.
 */
@NullMarked
package io.bandpass.inference;

import org.jspecify.annotations.NullMarked;

/**
 * Inference with trained models: features, kNN, linear probes, predictions, evaluation, reconstructions, and their
 * output files. Read {@link io.bandpass.inference.PretrainedEncoder} first.
 *
 * <p>May use: config, data, dataset, distributed, encoder, eval, format, image, labelmap, machine, metrics, nn, pretext, report,
 * segment, split, task, text, torch, weights.
 */
@NullMarked
package io.bandpass.inference;

import org.jspecify.annotations.NullMarked;

/**
 * Training runs: opens the data, creates the task, runs the training loop, writes weights and report. Callers use
 * {@link io.bandpass.run.Pretraining}, {@link io.bandpass.run.Finetuning} and {@link io.bandpass.run.Segmentation}.
 *
 * <p>May use: checkpoint, classify, config, data, distributed, encoder, eval, format, image, labelmap, machine, metrics,
 * nn, optim, pretext, report, segment, split, task, text, torch, train, weights.
 */
@NullMarked
package io.bandpass.run;

import org.jspecify.annotations.NullMarked;

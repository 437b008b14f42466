/**
 * Runs: opens the data, makes what is trained, runs the loop, writes weights and report. {@link
 * io.bandpass.run.Pretraining} and {@link io.bandpass.run.Finetuning} are what callers use.
 *
 * <p>May use: checkpoint, classify, config, data, encoder, eval, format, machine, metrics, nn, optim, pretext, report, split, task, text, torch, train, weights.
 */
@NullMarked
package io.bandpass.run;

import org.jspecify.annotations.NullMarked;

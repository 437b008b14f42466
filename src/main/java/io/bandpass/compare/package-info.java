/**
 * Comparison of pre-training tasks on a grid of runs: plan, cells, results, tables, curves and page. Callers use {@link
 * io.bandpass.compare.Comparison}.
 *
 * <p>May use: attack, checkpoint, config, data, eval, format, machine, metrics, report, robust, robustness, run, task, text,
 * torch, train.
 */
@NullMarked
package io.bandpass.compare;

import org.jspecify.annotations.NullMarked;

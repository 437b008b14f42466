/**
 * A grid of runs that are compared: plan, cells, results, tables, curves and page. {@link
 * io.bandpass.compare.Comparison} is what callers use.
 *
 * <p>May use: checkpoint, config, data, eval, format, machine, metrics, report, run, task, text, torch, train.
 */
@NullMarked
package io.bandpass.compare;

import org.jspecify.annotations.NullMarked;

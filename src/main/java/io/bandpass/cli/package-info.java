/**
 * The command line: the only room that prints and exits.
 *
 * <p>May use: bench, compare, config, dataset, distributed, gallery, inference, interop, labelmap, machine, metrics, onnx,
 * replay, robust, robustness, run, text, torch.
 */
@NullMarked
package io.bandpass.cli;

import org.jspecify.annotations.NullMarked;

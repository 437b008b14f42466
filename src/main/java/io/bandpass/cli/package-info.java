/**
 * The command line: the only room that prints and exits.
 *
 * <p>May use: bench, compare, config, dataset, encoder, gallery, inference, interop, machine, metrics, pretext, replay, run, text, torch.
 */
@NullMarked
package io.bandpass.cli;

import org.jspecify.annotations.NullMarked;

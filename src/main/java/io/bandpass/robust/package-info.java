/**
 * Scores of robustness, from the outputs of any model: errors under corruptions, calibration, images of some of a
 * model's classes; Fourier heat maps and accuracies by frequency band; what pre-training tasks remove from spectra.
 *
 * <p>May use: attack, config, data, frequency, pretext, task, text, torch.
 */
@NullMarked
package io.bandpass.robust;

import org.jspecify.annotations.NullMarked;

/**
 * Evaluation of trained models: features, kNN, linear probe, reconstruction views, radial error spectra, classification
 * scores. Never uses train.
 *
 * <p>May use: classify, config, data, encoder, metrics, nn, optim, pretext, task, text, torch.
 */
@NullMarked
package io.bandpass.eval;

import org.jspecify.annotations.NullMarked;

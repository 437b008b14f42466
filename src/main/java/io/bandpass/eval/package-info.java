/**
 * What a trained encoder is worth: features, nearest neighbours, reconstruction views, radial error spectra,
 * classification scores. Never uses train.
 *
 * <p>May use: config, torch, data, frequency, nn, encoder, pretext, checkpoint, metrics.
 */
@NullMarked
package io.bandpass.eval;

import org.jspecify.annotations.NullMarked;

/**
 * Evaluation of trained models: features, kNN, linear probe, reconstruction views, radial error spectra, scores of
 * classifiers; segmentation of images of any size, its scores, and tables of colours to compare with. Never uses train.
 *
 * <p>May use: classify, config, data, distributed, encoder, image, labelmap, metrics, nn, optim, pretext, segment, task, text,
 * torch.
 */
@NullMarked
package io.bandpass.eval;

import org.jspecify.annotations.NullMarked;

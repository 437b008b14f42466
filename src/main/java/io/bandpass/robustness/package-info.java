/**
 * Evaluation of classifiers on changed images: attacks, corruptions, frequency bands and other sets of images, in parts
 * that are kept as they are finished.
 *
 * <p>May use: attack, config, corrupt, data, encoder, format, frequency, image, machine, nn, report, robust, split, task, text, torch, weights.
 */
@NullMarked
package io.bandpass.robustness;

import org.jspecify.annotations.NullMarked;

/**
 * Pictures of what is done to images: by a configuration's masks, augmentations and task, by corruptions, and by attacks
 * on a classifier.
 *
 * <p>May use: attack, classify, config, corrupt, data, encoder, format, frequency, image, machine, nn, pretext, report,
 * robust, run, text, torch, weights.
 */
@NullMarked
package io.bandpass.gallery;

import org.jspecify.annotations.NullMarked;

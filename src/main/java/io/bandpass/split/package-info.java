/**
 * Which images weights were trained on, and which were held out, as runs record it and later commands find it.
 *
 * <p>May use: checkpoint, config, data, format, machine, text, torch, weights.
 */
@NullMarked
package io.bandpass.split;

import org.jspecify.annotations.NullMarked;

/**
 * Records of which images weights were trained on and which were held out, written by runs and used by later commands.
 *
 * <p>May use: checkpoint, config, data, format, machine, text, torch, weights.
 */
@NullMarked
package io.bandpass.split;

import org.jspecify.annotations.NullMarked;

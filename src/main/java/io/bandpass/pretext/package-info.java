/**
 * The pre-training tasks. Read {@code MaskedFrequencyModel} first.
 *
 * <p>May use: config, torch, frequency, nn, encoder.
 */
@NullMarked
package io.bandpass.pretext;

import org.jspecify.annotations.NullMarked;

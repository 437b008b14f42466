/**
 * The pre-training tasks. Read {@code MaskedFrequencyModel} first.
 *
 * <p>May use: config, encoder, frequency, nn, task, torch.
 */
@NullMarked
package io.bandpass.pretext;

import org.jspecify.annotations.NullMarked;

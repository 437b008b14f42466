/**
 * The paper's core: spectra, frequency masks, corruption and frequency loss; batched, in float32, on the device of the
 * input.
 *
 * <p>May use: config, torch.
 */
@NullMarked
package io.bandpass.frequency;

import org.jspecify.annotations.NullMarked;

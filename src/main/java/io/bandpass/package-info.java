/**
 * Why an operation failed. {@link io.bandpass.BandpassException} is all that lies here, below everything else: the
 * exceptions of other packages extend it.
 *
 * <p>May use: nothing.
 */
@NullMarked
package io.bandpass;

import org.jspecify.annotations.NullMarked;

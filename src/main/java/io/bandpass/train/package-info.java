/**
 * The step and the loop of training, and what is looked at meanwhile; the linear probe.
 *
 * <p>May use: all rooms above and eval.
 */
@NullMarked
package io.bandpass.train;

import org.jspecify.annotations.NullMarked;

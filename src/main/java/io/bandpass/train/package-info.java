/**
 * The step and the loop of pre-training.
 *
 * <p>May use: all rooms above and eval.
 */
@NullMarked
package io.bandpass.train;

import org.jspecify.annotations.NullMarked;

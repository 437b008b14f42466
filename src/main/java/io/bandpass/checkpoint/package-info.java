/**
 * The run folder, and the checkpoints in it that a run goes on from.
 *
 * <p>May use: format, text.
 */
@NullMarked
package io.bandpass.checkpoint;

import org.jspecify.annotations.NullMarked;

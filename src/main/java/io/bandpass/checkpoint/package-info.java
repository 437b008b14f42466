/**
 * The run folder and its checkpoints, from which a run resumes.
 *
 * <p>May use: format, text.
 */
@NullMarked
package io.bandpass.checkpoint;

import org.jspecify.annotations.NullMarked;

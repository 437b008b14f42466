/**
 * Everything that a run leaves on disk and takes up again: safetensors, atomic checkpoints, weights files and the table of what was loaded.
 *
 * <p>May use: config, torch.
 */
@NullMarked
package io.bandpass.checkpoint;

import org.jspecify.annotations.NullMarked;

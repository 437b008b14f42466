/**
 * File formats: safetensors, npy, and PyTorch files read as data; files that appear whole or not at all. In: bytes,
 * perhaps a stranger's; out: named tensors, or a {@link io.bandpass.format.WeightsException}.
 *
 * <p>May use: torch.
 */
@NullMarked
package io.bandpass.format;

import org.jspecify.annotations.NullMarked;

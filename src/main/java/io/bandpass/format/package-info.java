/**
 * File formats: safetensors, npy, and PyTorch files read as data; atomic writing of files and folders. In: bytes,
 * possibly untrusted; out: named tensors, or a {@link io.bandpass.format.WeightsException}.
 *
 * <p>May use: torch.
 */
@NullMarked
package io.bandpass.format;

import org.jspecify.annotations.NullMarked;

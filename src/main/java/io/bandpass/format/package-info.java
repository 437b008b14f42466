/**
 * File formats: safetensors, npy, and PyTorch files read as data; headers of tar archives; columns of Parquet files; atomic writing of files and
 * folders. In: bytes, possibly untrusted; out: named tensors, or a {@link io.bandpass.format.WeightsException}; members
 * of an archive, or a {@link io.bandpass.format.TarException}; values of a column, or a {@link
 * io.bandpass.format.ParquetException}.
 *
 * <p>May use: torch.
 */
@NullMarked
package io.bandpass.format;

import org.jspecify.annotations.NullMarked;

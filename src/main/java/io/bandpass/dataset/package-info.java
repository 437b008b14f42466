/**
 * Looking at sets of images, and fetching public ones: the only package that uses the network. In: paths, or a pinned
 * package and a registry; out: statistics, or a folder of files whose checksums are known.
 *
 * <p>May use: checkpoint, config, data, format, text, torch.
 */
@NullMarked
package io.bandpass.dataset;

import org.jspecify.annotations.NullMarked;

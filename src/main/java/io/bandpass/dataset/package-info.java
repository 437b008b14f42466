/**
 * Inspection of image sets, packing into shards, and downloads of public ones: the only package that uses the network. In: paths, or a
 * pinned package and a registry; out: statistics, or a folder of files with verified checksums.
 *
 * <p>May use: checkpoint, config, data, format, image, text, torch.
 */
@NullMarked
package io.bandpass.dataset;

import org.jspecify.annotations.NullMarked;

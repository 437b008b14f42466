/**
 * Fetching public data sets, the only thing that uses the network. In: a pinned package and a registry; out: a folder of files whose checksums are known, or nothing.
 *
 * <p>May use: config, data, checkpoint.
 */
@NullMarked
package io.bandpass.download;

import org.jspecify.annotations.NullMarked;

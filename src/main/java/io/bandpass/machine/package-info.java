/**
 * The machine: versions and memory, choice of device, precision and threads, and the check that all of it works.
 *
 * <p>May use: config, data, text, torch.
 */
@NullMarked
package io.bandpass.machine;

import org.jspecify.annotations.NullMarked;

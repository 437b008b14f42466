/**
 * What the program computes on: versions and memory, the choice of device, precision and threads, and whether all of
 * it works.
 *
 * <p>May use: config, data, text, torch.
 */
@NullMarked
package io.bandpass.machine;

import org.jspecify.annotations.NullMarked;

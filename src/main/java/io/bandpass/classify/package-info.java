/**
 * Classification: its loss.
 *
 * <p>May use: config, torch, nn, encoder.
 */
@NullMarked
package io.bandpass.classify;

import org.jspecify.annotations.NullMarked;

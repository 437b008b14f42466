/**
 * What a run is asked to do: immutable records, the strict YAML reader, recipes and overrides. In: YAML and flags;
 * out: a {@link io.bandpass.config.PretrainingConfig}.
 *
 * <p>May use: text.
 */
@NullMarked
package io.bandpass.config;

import org.jspecify.annotations.NullMarked;

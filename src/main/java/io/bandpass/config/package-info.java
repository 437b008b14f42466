/**
 * What a run is asked to do: immutable records, the strict YAML reader, recipes and overrides; JSON as it is written. In: YAML and flags; out: a {@link io.bandpass.config.RunConfig}.
 *
 * <p>May use: nothing.
 */
@NullMarked
package io.bandpass.config;

import org.jspecify.annotations.NullMarked;

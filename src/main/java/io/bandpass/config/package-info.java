/**
 * Configuration of runs: immutable records, the strict YAML reader, recipes and overrides. Input: YAML and flags;
 * output: a {@link io.bandpass.config.PretrainingConfig}.
 *
 * <p>May use: text.
 */
@NullMarked
package io.bandpass.config;

import org.jspecify.annotations.NullMarked;

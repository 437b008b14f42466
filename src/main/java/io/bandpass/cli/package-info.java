/**
 * The command line: the only room that prints and exits.
 *
 * <p>May use: the root package, config, metrics.
 */
@NullMarked
package io.bandpass.cli;

import org.jspecify.annotations.NullMarked;

/**
 * Pictures, curves and the HTML report, from plain arrays.
 *
 * <p>May use: config, metrics, eval.
 */
@NullMarked
package io.bandpass.report;

import org.jspecify.annotations.NullMarked;

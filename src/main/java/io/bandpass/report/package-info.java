/**
 * Pictures, curves and the HTML report, from plain arrays.
 *
 * <p>May use: config, eval, image, metrics, robust, text.
 */
@NullMarked
package io.bandpass.report;

import org.jspecify.annotations.NullMarked;

/**
 * Metrics and events of a run, for listeners: JSON lines, TensorBoard events, console lines.
 *
 * <p>May use: checkpoint, format, text.
 */
@NullMarked
package io.bandpass.metrics;

import org.jspecify.annotations.NullMarked;

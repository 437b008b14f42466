/**
 * What happened during a run, told to listeners: JSON lines, TensorBoard events, console lines.
 *
 * <p>May use: checkpoint, format, text.
 */
@NullMarked
package io.bandpass.metrics;

import org.jspecify.annotations.NullMarked;

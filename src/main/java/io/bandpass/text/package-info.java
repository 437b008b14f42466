/**
 * How counts, JSON and names from strangers are written, in messages and files alike.
 *
 * <p>May use: nothing.
 */
@NullMarked
package io.bandpass.text;

import org.jspecify.annotations.NullMarked;

/**
 * Formatting of counts, JSON and untrusted names, for messages and files.
 *
 * <p>May use: nothing.
 */
@NullMarked
package io.bandpass.text;

import org.jspecify.annotations.NullMarked;

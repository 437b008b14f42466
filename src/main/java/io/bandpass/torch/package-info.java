/**
 * The native seam: loading LibTorch, devices, precision, scopes, random numbers and the awkward overloads of its Java bindings.
 *
 * <p>May use: nothing.
 */
@NullMarked
package io.bandpass.torch;

import org.jspecify.annotations.NullMarked;

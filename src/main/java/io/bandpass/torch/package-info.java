/**
 * The native layer: loading LibTorch, devices, precision, scopes, random numbers and shorthands for awkward overloads
 * of its Java bindings.
 *
 * <p>May use: nothing.
 */
@NullMarked
package io.bandpass.torch;

import org.jspecify.annotations.NullMarked;

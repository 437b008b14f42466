/**
 * Building blocks of encoders: layers, the tree of named parameters, and initialisation.
 *
 * <p>May use: torch.
 */
@NullMarked
package io.bandpass.nn;

import org.jspecify.annotations.NullMarked;

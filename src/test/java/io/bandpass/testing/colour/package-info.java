/**
 * A third kind of training, which exists in tests alone: a network learns the mean colour of images. What it needs besides
 * its own classes is what any further kind needs; {@code RunKindContractTest} runs it.
 */
@NullMarked
package io.bandpass.testing.colour;

import org.jspecify.annotations.NullMarked;

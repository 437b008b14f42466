/** The public operations. */
@NullMarked
package io.bandpass;

import org.jspecify.annotations.NullMarked;

/**
 * Several processes that train one model: where each stands among the others, as its launcher says, and what they
 * exchange. Alone uses LibTorch's process groups.
 *
 * <p>May use: torch.
 */
@NullMarked
package io.bandpass.distributed;

import org.jspecify.annotations.NullMarked;

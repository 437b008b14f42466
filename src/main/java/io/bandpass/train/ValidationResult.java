package io.bandpass.train;

/**
 * A look at the held-out images.
 *
 * @param step global step of the model that was looked at
 */
public record ValidationResult<S>(long step, S scores) {}

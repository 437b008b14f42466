package io.bandpass.train;

/**
 * Result of a validation on the held-out images.
 *
 * @param step global step of the evaluated model
 */
public record ValidationResult<S>(long step, S scores) {}

package io.bandpass.inference;

import java.util.List;
import java.util.Map;

/**
 * Features in a file.
 *
 * @param shape (N, C), or (N, L, C) for tokens
 * @param precision of the encoder, which {@code auto} may have chosen
 * @param notices sentences about files that were passed over
 * @param unreadable name and reason of each image that was left out
 */
public record EmbeddedFeatures(
        List<Long> shape, String precision, List<String> notices, Map<String, String> unreadable) {}

package io.bandpass.inference;

import java.util.List;
import java.util.Map;

/**
 * Result of writing features to a file.
 *
 * @param shape (N, C), or (N, L, C) for tokens
 * @param precision precision of the encoder, which {@code auto} may have chosen
 * @param notices sentences about skipped files
 * @param unreadable name and reason of each skipped image
 */
public record EmbeddedFeatures(
        List<Long> shape, String precision, List<String> notices, Map<String, String> unreadable) {}

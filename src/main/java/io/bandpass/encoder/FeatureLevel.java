package io.bandpass.encoder;

/**
 * A level of an {@link Encoder} at which a feature map can be read.
 *
 * @param block index of the block in {@link Encoder#blocks()} after which it is read, from 0
 * @param width channels of the map
 * @param stride image pixels per cell of the map, along each axis
 */
public record FeatureLevel(int block, int width, int stride) {}

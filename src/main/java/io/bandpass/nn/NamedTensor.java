package io.bandpass.nn;

import org.bytedeco.pytorch.Tensor;

/** A tensor and its dotted path from the root of the tree. */
public record NamedTensor(String name, Tensor tensor) {}

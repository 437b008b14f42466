package io.bandpass.nn;

import org.bytedeco.pytorch.Tensor;

/**
 * A trained tensor of a {@link Layer}.
 *
 * @param name dotted path from the root of the tree, for example {@code blocks.0.attn.qkv.weight}
 * @param tensor float32 leaf that requires a gradient
 * @param decay whether weight decay applies to it (method.md section 7: not on 1-D tensors, biases, positions, class
 *     token)
 * @param depth the layer number that layer decay scales by: 0 for the stem, block b is b + 1, the rest one more than the
 *     last block
 */
public record Parameter(String name, Tensor tensor, boolean decay, int depth) {}

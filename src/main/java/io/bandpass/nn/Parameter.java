package io.bandpass.nn;

import org.bytedeco.pytorch.Tensor;

/**
 * A trained tensor of a {@link Layer}.
 *
 * @param name dotted path from the root of the tree, for example {@code blocks.0.attn.qkv.weight}
 * @param tensor float32 leaf that requires a gradient
 * @param decay whether weight decay applies (method.md section 5: not to 1-D tensors, biases, positions and class
 *     token)
 * @param depth layer number for layer decay: 0 for the stem, b + 1 for block b, one more than the last block for
 *     the rest
 */
public record Parameter(String name, Tensor tensor, boolean decay, int depth) {}

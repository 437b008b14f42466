package io.bandpass.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Group normalisation (Wu and He, ECCV 2018) of feature maps, image by image. */
public final class GroupNorm extends Layer {
    private static final int MOST_GROUPS = 32;
    /** Of one value per group, as in a single channel of a map of one cell, nothing would be left. */
    private static final int FEWEST_CHANNELS = 4;

    private static final double EPSILON = 1e-5;

    private final int groups;
    private final Tensor weight;
    private final Tensor bias;

    /**
     * Creates a norm of 32 groups, or of the largest number below that divides the width into groups of at least four
     * channels.
     */
    public GroupNorm(int width) {
        groups = groups(width);
        weight = parameter("weight", width);
        bias = parameter("bias", width);
    }

    private static int groups(int width) {
        int groups = Math.max(1, Math.min(MOST_GROUPS, width / FEWEST_CHANNELS));
        while (width % groups != 0) {
            groups--;
        }
        return groups;
    }

    /** Normalises (N, width, H, W). */
    public Tensor forward(Tensor x) {
        return torch.group_norm(x, groups, new TensorOptional(weight), new TensorOptional(bias), EPSILON, true);
    }
}

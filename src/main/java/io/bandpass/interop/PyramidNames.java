package io.bandpass.interop;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Names of the layers that make a pyramid of a ViT's maps: BEiT's, which are ours, and those of mmsegmentation. */
final class PyramidNames {
    /** The last transposed convolution of the branch that enlarges four times, in mmsegmentation. */
    static final String FOURFOLD = "neck.upsample_4x.3.weight";

    private static final int BRANCHES = 4;

    private PyramidNames() {}

    /**
     * Returns the names of both.
     *
     * @param fourfold whether there is a branch that enlarges four times, before that which does it twice
     */
    static NameTemplates templates(boolean fourfold) {
        NameTemplates templates = new NameTemplates();
        return fourfold
                ? templates.add("neck.upsample_4x.*", "fpn1.*").add("neck.upsample_2x.*", "fpn2.*")
                : templates.add("neck.upsample_2x.*", "fpn1.*");
    }

    /**
     * Returns the scales of the four branches. A branch without layers has no tensors: it halves the scale of the one
     * before. Without any layers there is no pyramid, and all maps keep the size of the patch grid.
     *
     * @param names with BEiT's names of the branches
     */
    static List<Double> scales(Collection<String> names) {
        List<Double> scales = new ArrayList<>();
        for (int branch = 1; branch <= BRANCHES; branch++) {
            double scale = 1;
            // Between two transposed convolutions there are a norm and a GELU.
            for (int layer = 0; names.contains("fpn" + branch + "." + layer + ".weight"); layer += 3) {
                scale *= 2;
            }
            double before = branch == 1 ? 1 : scales.get(branch - 2);
            boolean first = scales.stream().allMatch(one -> one == 1);
            scales.add(scale > 1 || first ? scale : before / 2);
        }
        return scales;
    }
}

package io.bandpass.segment;

import io.bandpass.config.UperNetConfig.Norm;
import io.bandpass.nn.ChannelDropout;
import io.bandpass.nn.Conv2d;
import io.bandpass.nn.Layer;
import io.bandpass.nn.Resizing;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * UperNet's head (Xiao et al., ECCV 2018, section 3.1): a pyramid pooling module (Zhao et al., CVPR 2017) on the last of
 * four feature maps, a feature pyramid (Lin et al., CVPR 2017) from there to the first, and a convolution that joins all
 * levels. Parameters are named as in mmsegmentation.
 */
final class UperNetHead extends Layer {
    /** Edges of the maps to which the pyramid pooling averages. */
    private static final List<Integer> POOLED_EDGES = List.of(1, 2, 3, 6);

    private final boolean normalisesByBatch;
    private final List<ConvNormRelu> pooled = new ArrayList<>();
    private final JoinNormRelu bottleneck;
    private final List<ConvNormRelu> laterals = new ArrayList<>();
    private final List<ConvNormRelu> outputs = new ArrayList<>();
    private final JoinNormRelu joint;
    private final ChannelDropout dropout;
    private final Conv2d classifier;

    /**
     * Creates a head.
     *
     * @param inputs channels of the feature maps, from the largest map to the smallest
     * @param width channels of the head
     * @param dropoutRate probability with which a channel is dropped before the last convolution
     */
    UperNetHead(List<Integer> inputs, int width, int classes, Norm kind, double dropoutRate) {
        normalisesByBatch = kind == Norm.BATCH;
        int last = inputs.size() - 1;
        for (int i = 0; i < POOLED_EDGES.size(); i++) {
            // Number 0 is the pooling itself.
            pooled.add(child("psp_modules." + i + ".1", new ConvNormRelu(inputs.get(last), width, 1, kind)));
        }
        List<Integer> withPooled = new ArrayList<>(List.of(inputs.get(last)));
        withPooled.addAll(Collections.nCopies(POOLED_EDGES.size(), width));
        bottleneck = child("bottleneck", new JoinNormRelu(withPooled, width, kind));
        for (int i = 0; i < last; i++) {
            laterals.add(child("lateral_convs." + i, new ConvNormRelu(inputs.get(i), width, 1, kind)));
        }
        for (int i = 0; i < last; i++) {
            outputs.add(child("fpn_convs." + i, new ConvNormRelu(width, width, 3, kind)));
        }
        joint = child("fpn_bottleneck", new JoinNormRelu(Collections.nCopies(inputs.size(), width), width, kind));
        dropout = child("dropout", new ChannelDropout(dropoutRate));
        classifier = child("conv_seg", new Conv2d(width, classes, 1, 1, 0, true));
    }

    /**
     * Computes logits.
     *
     * @param maps (N, C, H, W) each, with the channels of the constructor
     * @return (N, classes, H, W), of the size of the first map
     * @throws IllegalArgumentException in training with batch norm if there is one image only
     */
    Tensor forward(List<Tensor> maps) {
        return Tensors.scoped(() -> {
            List<Tensor> levels = topDown(maps);
            for (int i = 0; i < outputs.size(); i++) {
                levels.set(i, outputs.get(i).forward(levels.get(i)));
            }
            return classifier.forward(dropout.forward(joint.forward(levels)));
        });
    }

    /** Returns maps of the head's width, to each of which those of the smaller maps are added. */
    private List<Tensor> topDown(List<Tensor> maps) {
        List<Tensor> levels = new ArrayList<>();
        for (int i = 0; i < laterals.size(); i++) {
            levels.add(laterals.get(i).forward(maps.get(i)));
        }
        levels.add(pool(maps.get(laterals.size())));
        for (int i = laterals.size(); i > 0; i--) {
            Tensor larger = levels.get(i - 1);
            levels.set(i - 1, larger.add(Resizing.bilinear(levels.get(i), larger.size(2), larger.size(3))));
        }
        return levels;
    }

    /** Maps (N, C, H, W) to (N, width, H, W) with a view of the whole image. */
    private Tensor pool(Tensor map) {
        if (normalisesByBatch && isTraining() && map.size(0) == 1) {
            throw new IllegalArgumentException("batch norm of one image has no variance where the head averages over"
                    + " the whole image: a micro-batch must have at least two images, or head.norm be group or frozen");
        }
        return Tensors.scoped(() -> {
            List<Tensor> joined = new ArrayList<>(List.of(map));
            for (int i = 0; i < pooled.size(); i++) {
                int edge = POOLED_EDGES.get(i);
                Tensor averages = torch.adaptive_avg_pool2d(map, edge, edge);
                joined.add(pooled.get(i).forward(averages));
            }
            return bottleneck.forward(joined);
        });
    }
}

package io.bandpass.segment;

import io.bandpass.config.UperNetConfig.Norm;
import io.bandpass.nn.ChannelDropout;
import io.bandpass.nn.Conv2d;
import io.bandpass.nn.Layer;
import org.bytedeco.pytorch.Tensor;

/**
 * Auxiliary head of one feature map (Long et al., CVPR 2015; Zhao et al., CVPR 2017, section 3.3), which gives the encoder
 * a shorter way to the loss in training. Parameters are named as in mmsegmentation.
 */
final class FcnHead extends Layer {
    private final ConvNormRelu convolution;
    private final ChannelDropout dropout;
    private final Conv2d classifier;

    /**
     * Creates a head.
     *
     * @param inputs channels of the feature map
     * @param width channels of the head
     * @param dropoutRate probability with which a channel is dropped before the last convolution
     */
    FcnHead(int inputs, int width, int classes, Norm kind, double dropoutRate) {
        convolution = child("convs.0", new ConvNormRelu(inputs, width, 3, kind));
        dropout = child("dropout", new ChannelDropout(dropoutRate));
        classifier = child("conv_seg", new Conv2d(width, classes, 1, 1, 0, true));
    }

    /** Maps (N, inputs, H, W) to logits (N, classes, H, W). */
    Tensor forward(Tensor map) {
        return classifier.forward(dropout.forward(convolution.forward(map)));
    }
}

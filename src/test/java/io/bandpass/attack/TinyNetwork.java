package io.bandpass.attack;

import io.bandpass.torch.Tensors;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A perceptron of 48 inputs and one hidden layer with fixed random weights, in the scope in which it was made. */
final class TinyNetwork implements AttackedModel {
    static final int EDGE = 4;
    private static final int INPUTS = 3 * EDGE * EDGE;
    private static final int HIDDEN = 24;

    private final Tensor first;
    private final Tensor second;
    private final double scale;

    TinyNetwork(ScalarType type, int classes) {
        this(type, classes, 1);
    }

    /**
     * Creates a network.
     *
     * @param scale factor of the logits
     */
    TinyNetwork(ScalarType type, int classes, double scale) {
        torch.manual_seed(11);
        first = torch.randn(HIDDEN, INPUTS).to(type);
        second = torch.randn(classes, HIDDEN).to(type);
        this.scale = scale;
    }

    @Override
    public Tensor logits(Tensor images) {
        Tensor centred = images.sub(new Scalar(0.5)).flatten(1, -1);
        Tensor hidden = torch.linear(centred, first, new TensorOptional()).tanh();
        return Tensors.multiply(torch.linear(hidden, second, new TensorOptional()), scale);
    }

    /** Random images, with the classes that the network takes them for as labels. */
    AttackBatch batch(int images) {
        torch.manual_seed(12);
        Tensor pixels = torch.rand(images, 3, EDGE, EDGE).to(first.scalar_type());
        Tensor labels = logits(pixels).argmax(new LongOptional(1), false);
        return new AttackBatch(
                pixels, labels, LongStream.range(100, 100 + images).toArray());
    }
}

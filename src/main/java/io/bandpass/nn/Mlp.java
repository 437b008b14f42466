package io.bandpass.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Two-layer perceptron (MLP): two linear layers with an exact GELU in between. */
public final class Mlp extends Layer {
    private final Linear fc1;
    private final Linear fc2;

    public Mlp(int width, int hidden) {
        fc1 = child("fc1", new Linear(width, hidden));
        fc2 = child("fc2", new Linear(hidden, width));
    }

    /** Maps (..., width) to the same shape. */
    public Tensor forward(Tensor x) {
        return fc2.forward(torch.gelu(fc1.forward(x)));
    }
}

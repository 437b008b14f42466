package io.bandpass.encoder;

import io.bandpass.nn.BatchNorm2d;
import io.bandpass.nn.Conv2d;
import io.bandpass.nn.Layer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Residual block (He et al., CVPR 2016): two 3x3 convolutions, or a bottleneck of 1x1, 3x3 (with the stride) and 1x1.
 */
final class ResNetBlock extends Layer {
    private final List<Conv2d> convolutions = new ArrayList<>();
    private final List<BatchNorm2d> norms = new ArrayList<>();
    private final Downsample shortcut;

    static ResNetBlock basic(int inputs, int outputs, int stride) {
        ResNetBlock block = new ResNetBlock(inputs, outputs, stride);
        block.add(inputs, outputs, 3, stride);
        block.add(outputs, outputs, 3, 1);
        return block;
    }

    static ResNetBlock bottleneck(int inputs, int inner, int outputs, int stride) {
        ResNetBlock block = new ResNetBlock(inputs, outputs, stride);
        block.add(inputs, inner, 1, 1);
        block.add(inner, inner, 3, stride);
        block.add(inner, outputs, 1, 1);
        return block;
    }

    private ResNetBlock(int inputs, int outputs, int stride) {
        shortcut = new Downsample(inputs, outputs, stride);
        if (!shortcut.isIdentity()) {
            child("downsample", shortcut);
        }
    }

    private void add(int inputs, int outputs, int kernel, int stride) {
        int number = convolutions.size() + 1;
        convolutions.add(child("conv" + number, new Conv2d(inputs, outputs, kernel, stride, kernel / 2, false)));
        norms.add(child("bn" + number, new BatchNorm2d(outputs)));
    }

    /** Maps (N, inputs, H, W) to (N, outputs, H/stride, W/stride). */
    Tensor forward(Tensor x) {
        Tensor y = x;
        for (int i = 0; i < convolutions.size(); i++) {
            y = norms.get(i).forward(convolutions.get(i).forward(y));
            if (i < convolutions.size() - 1) {
                torch.relu_(y);
            }
        }
        // In place: batch norm's backward pass does not need its output.
        y.add_(shortcut.forward(x));
        torch.relu_(y);
        return y;
    }

    /** Name of the norm whose weight starts at 0, so that the block starts as its shortcut. */
    String lastNorm() {
        return "bn" + norms.size();
    }

    /** Shortcut: the identity, or a 1x1 convolution and norm if stride or width changes. */
    private static final class Downsample extends Layer {
        private final List<Layer> layers = new ArrayList<>();

        Downsample(int inputs, int outputs, int stride) {
            if (stride != 1 || inputs != outputs) {
                layers.add(child("0", new Conv2d(inputs, outputs, 1, stride, 0, false)));
                layers.add(child("1", new BatchNorm2d(outputs)));
            }
        }

        boolean isIdentity() {
            return layers.isEmpty();
        }

        Tensor forward(Tensor x) {
            if (isIdentity()) {
                return x;
            }
            return ((BatchNorm2d) layers.get(1)).forward(((Conv2d) layers.get(0)).forward(x));
        }
    }
}

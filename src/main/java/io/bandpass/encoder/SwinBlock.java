package io.bandpass.encoder;

import io.bandpass.nn.Attention;
import io.bandpass.nn.DropPath;
import io.bandpass.nn.Layer;
import io.bandpass.nn.LayerNorm;
import io.bandpass.nn.Mlp;
import io.bandpass.nn.RelativePositionBias;
import io.bandpass.torch.Tensors;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** A Swin block (Liu et al., ICCV 2021, section 3.2): attention within windows, then an MLP, each added to its input. */
final class SwinBlock extends Layer {
    private final ShiftedWindows windows;
    private final LayerNorm norm1;
    private final Attention attention;
    private final LayerNorm norm2;
    private final Mlp mlp;
    private final DropPath dropPath;
    /** Undefined where windows are not shifted. */
    private final Tensor mask;

    SwinBlock(ShiftedWindows windows, int width, int heads, int hidden, boolean qkvBias, double dropPathRate) {
        this.windows = windows;
        norm1 = child("norm1", new LayerNorm(width, SwinTransformer.EPSILON));
        attention = child(
                "attn",
                new Attention(
                        width,
                        heads,
                        qkvBias ? Attention.Bias.QKV : Attention.Bias.NONE,
                        Optional.of(new RelativePositionBias(windows.window(), false, heads))));
        norm2 = child("norm2", new LayerNorm(width, SwinTransformer.EPSILON));
        mlp = child("mlp", new Mlp(width, hidden));
        dropPath = child("drop_path", new DropPath(dropPathRate));
        mask = windows.shift() > 0 ? constant(windows.mask()) : new Tensor();
    }

    /** Maps (N, E, E, C) to (N, E, E, C). */
    Tensor forward(Tensor x) {
        Tensor attended = Tensors.scoped(() -> x.add(dropPath.forward(attend(norm1.forward(x)))));
        return attended.add(dropPath.forward(mlp.forward(norm2.forward(attended))));
    }

    private Tensor attend(Tensor x) {
        return windows.join(attention.forward(windows.cut(x), mask));
    }
}

package io.bandpass.encoder;

import io.bandpass.nn.Attention;
import io.bandpass.nn.DropPath;
import io.bandpass.nn.Layer;
import io.bandpass.nn.LayerNorm;
import io.bandpass.nn.Mlp;
import io.bandpass.nn.RelativePositionBias;
import io.bandpass.torch.Tensors;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/** Swin block (Liu et al., ICCV 2021, section 3.2): residual branches of windowed attention and an MLP. */
final class SwinBlock extends Layer {
    /** Window partition for one map size, and the mask between cells that only the shift made neighbours. */
    private record Cut(ShiftedWindows windows, Optional<Tensor> mask) {}

    private final Map<Long, Cut> cuts = new HashMap<>();
    /** Cuts maps of any size, if there is one; otherwise the cuts made beforehand are all there are. */
    private final Optional<ShiftedWindows> ofAnySize;

    private final LayerNorm norm1;
    private final Attention attention;
    private final LayerNorm norm2;
    private final Mlp mlp;
    private final DropPath dropPath;

    /**
     * Creates a block.
     *
     * @param takesAnySize whether maps of any size are cut, and padded, into the same windows with the same shift
     */
    SwinBlock(
            ShiftedWindows windows,
            boolean takesAnySize,
            int width,
            int heads,
            int hidden,
            boolean qkvBias,
            double dropPathRate) {
        ofAnySize = takesAnySize ? Optional.of(windows) : Optional.empty();
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
        if (!takesAnySize) {
            alsoFor(windows);
        }
    }

    /** Adds support for maps of another size, with windows that are not larger. */
    void alsoFor(ShiftedWindows windows) {
        attention.alsoFor(windows.window());
        Optional<Tensor> mask =
                windows.shift() > 0 ? Optional.of(constant(windows.mask(new Device("cpu")))) : Optional.empty();
        cuts.put((long) windows.rows(), new Cut(windows, mask));
    }

    /** Maps (N, H, W, C) to the same shape. */
    Tensor forward(Tensor x) {
        Tensor attended = Tensors.scoped(() -> dropPath.add(x, kept -> attend(norm1.forward(kept))));
        return dropPath.add(attended, kept -> mlp.forward(norm2.forward(kept)));
    }

    private Tensor attend(Tensor x) {
        Cut cut = ofAnySize.isPresent()
                ? cut(ofAnySize.get(), x)
                : Objects.requireNonNull(cuts.get(x.size(1)), "no windows were made for this map");
        // (N, H, W, C) -> (N, windows, cells, C) -> (N, H, W, C)
        return cut.windows()
                .join(attention.forward(cut.windows().cut(x), cut.mask().orElseGet(Tensor::new)));
    }

    private static Cut cut(ShiftedWindows like, Tensor maps) {
        ShiftedWindows windows = new ShiftedWindows(
                Math.toIntExact(maps.size(1)), Math.toIntExact(maps.size(2)), like.window(), like.shift());
        return new Cut(windows, windows.shift() > 0 ? Optional.of(windows.mask(maps.device())) : Optional.empty());
    }
}

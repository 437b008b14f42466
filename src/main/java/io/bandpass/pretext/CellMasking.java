package io.bandpass.pretext;

import io.bandpass.torch.Tensors;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Images whose masked blocks or patches have one colour, as SimMIM and MAE are shown: in place of a learned token, which
 * is no colour, or of patches that the encoder does not see.
 */
final class CellMasking implements Degradation {
    private final PatchMask cells;
    private final int masked;
    private final String what;
    private final long seed;
    private final Tensor colour;

    /**
     * Masks cells.
     *
     * @param cell edge in pixels
     * @param masked cells of each image
     * @param what several of them are, for captions
     * @param colour of masked pixels, by channel
     */
    CellMasking(int imageSize, int cell, int masked, String what, List<Double> colour, long seed, Device device) {
        cells = new PatchMask(imageSize, cell);
        this.masked = masked;
        this.what = what;
        this.seed = seed;
        float[] channels = new float[colour.size()];
        for (int i = 0; i < channels.length; i++) {
            channels[i] = colour.get(i).floatValue();
        }
        try (PointerScope scope = new PointerScope()) {
            this.colour = Tensors.keep(Tensors.to(Tensors.ofFloats(channels, 1, channels.length, 1, 1), device));
        }
    }

    @Override
    public Tensor apply(Tensor unitImages, long epoch, int[] indices) {
        return Tensors.scoped(() -> {
            boolean[][] mask = cells.draw(masked, seed, epoch, indices);
            Tensor hidden = cells.pixels(mask, unitImages.device()).to(ScalarType.Bool); // (N, 1, H, W)
            return torch.where(hidden, colour, unitImages);
        });
    }

    @Override
    public String describe(long epoch, int index) {
        return cells.captions(cells.draw(masked, seed, epoch, new int[] {index}), what)
                .get(0);
    }

    @Override
    public void close() {
        colour.close();
    }
}

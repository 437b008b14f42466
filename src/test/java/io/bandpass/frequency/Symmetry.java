package io.bandpass.frequency;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;

/** What all masks have to be, as half spectra are used. */
final class Symmetry {
    private Symmetry() {}

    /** Fails unless (N, H, W) centred masks are of 0 and 1 and symmetric under (u, v) -> (-u, -v). */
    static void check(Tensor centred) {
        int height = (int) centred.size(1);
        int width = (int) centred.size(2);
        float[] mask = Tensors.toFloats(centred);
        for (int n = 0; n < centred.size(0); n++) {
            int image = n * height * width;
            for (int row = 0; row < height; row++) {
                for (int column = 0; column < width; column++) {
                    int mirroredRow = Math.floorMod(height / 2 - (row - height / 2), height);
                    int mirroredColumn = Math.floorMod(width / 2 - (column - width / 2), width);
                    float value = mask[image + row * width + column];
                    assertThat(value).isIn(0f, 1f);
                    assertThat(mask[image + mirroredRow * width + mirroredColumn])
                            .as("image %d, row %d, column %d", n, row, column)
                            .isEqualTo(value);
                }
            }
        }
    }
}

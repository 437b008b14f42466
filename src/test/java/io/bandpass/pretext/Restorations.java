package io.bandpass.pretext;

import io.bandpass.config.DeblurConfig;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What the tests of the restoration tasks have in common. */
final class Restorations {
    private static final List<Double> ROTATION = List.of(0.0, 180.0);
    private static final List<Double> GENERALISED_BETA = List.of(0.5, 4.0);
    private static final List<Double> PLATEAU_BETA = List.of(1.0, 2.0);

    private Restorations() {}

    /** The paper's blur, with these sizes. */
    static DeblurConfig gaussian(Integer... sizes) {
        return blur(List.of(sizes), List.of("iso"), List.of(1.0), List.of(5.0, 5.0));
    }

    /** Every family, as likely as in image restoration. */
    static DeblurConfig everyFamily() {
        return blur(
                List.of(7, 9, 11, 13, 15, 17, 19, 21),
                List.of("iso", "aniso", "generalised-iso", "generalised-aniso", "plateau-iso", "plateau-aniso", "sinc"),
                List.of(0.4, 0.2, 0.1, 0.05, 0.1, 0.05, 0.1),
                List.of(0.2, 3.0));
    }

    static DeblurConfig blur(
            List<Integer> sizes, List<String> kernels, List<Double> probabilities, List<Double> sigma) {
        return new DeblurConfig(
                sizes, kernels, probabilities, sigma, ROTATION, GENERALISED_BETA, PLATEAU_BETA, List.of());
    }

    /** Random images (n, 3, height, width) in [0, 1]. */
    static Tensor images(int n, int height, int width) {
        return torch.rand(new long[] {n, 3, height, width}, KeyedRandom.generator(11));
    }

    /** Whether every image comes out of the batch with the same bits as alone, and as from the batch turned round. */
    static boolean sameAloneAndInBatch(Degradation degradation, Tensor images) {
        int n = Math.toIntExact(images.size(0));
        int[] indices = new int[n];
        int[] reversed = new int[n];
        for (int i = 0; i < n; i++) {
            indices[i] = 100 + i;
            reversed[n - 1 - i] = 100 + i;
        }
        Tensor together = degradation.apply(images, 3, indices);
        Tensor turned = degradation.apply(images.flip(0), 3, reversed);
        boolean same = together.equal(turned.flip(0));
        for (int i = 0; i < n; i++) {
            Tensor alone = degradation.apply(Tensors.slice(images, 0, i, i + 1), 3, new int[] {100 + i});
            same &= alone.squeeze(0).equal(together.select(0, i));
        }
        return same;
    }
}

package io.bandpass.attack;

import io.bandpass.torch.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Adversarial perturbations, magnified until they can be seen: 0.5 + factor * (adversarial - image). In L-infinity the
 * factor is 1 / (2 eps), so that the ball just fills [0, 1]; in L2, where eps bounds no single pixel, the largest change
 * of each image does.
 *
 * @param pictures (N, 3, H, W) in [0, 1]; 0.5 where nothing was changed
 * @param factors of each image; 0 for one that was not changed at all
 */
public record MagnifiedPerturbation(Tensor pictures, double[] factors) {
    private static final double MIDDLE = 0.5;

    /**
     * Magnifies perturbations.
     *
     * @param images (N, 3, H, W) in [0, 1]
     * @param adversarial the same images under attack
     */
    public static MagnifiedPerturbation of(AttackSettings settings, Tensor images, Tensor adversarial) {
        double[] largest = Tensors.toDoubles(AttackNorm.LINF.of(adversarial.sub(images)));
        double[] factors = Arrays.stream(largest)
                .map(change ->
                        change == 0 ? 0 : MIDDLE / (settings.norm() == AttackNorm.LINF ? settings.eps() : change))
                .toArray();
        return new MagnifiedPerturbation(
                Tensors.scoped(() -> {
                    float[] values = new float[factors.length];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = (float) factors[i];
                    }
                    Tensor scale = Tensors.to(Tensors.ofFloats(values, values.length, 1, 1, 1), images.device());
                    return Tensors.add(adversarial.sub(images).mul(scale), MIDDLE)
                            .clamp_(new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(1.0)));
                }),
                factors);
    }
}

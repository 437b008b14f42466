package io.bandpass.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

final class MagnifiedPerturbationTest {
    private static final double EPS = 4 / 255.0;

    private static MagnifiedPerturbation magnified(AttackNorm norm, double eps, float... changes) {
        Tensor images = Tensors.ofFloats(new float[] {0.25f, 0.5f, 0.75f, 0.25f, 0.5f, 0.75f}, 2, 3, 1, 1);
        Tensor adversarial = images.add(Tensors.ofFloats(changes, 2, 3, 1, 1));
        return MagnifiedPerturbation.of(AttackKind.PGD.settings(norm).withEps(eps), images, adversarial);
    }

    @Test
    void theBallOfLinfFillsTheRangeWhateverTheImage() {
        try (PointerScope scope = new PointerScope()) {
            float eps = (float) EPS;
            MagnifiedPerturbation all = magnified(AttackNorm.LINF, EPS, -eps, 0, eps, eps / 2, -eps / 2, 0);
            float[] values = Tensors.toFloats(all.pictures());
            double[] expected = {0, 0.5, 1, 0.75, 0.25, 0.5};
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) values[i]).isCloseTo(expected[i], within(1e-5));
            }
            assertThat(all.factors()).containsExactly(31.875, 31.875);
        }
    }

    @Test
    void inL2TheLargestChangeOfEachImageFillsTheRange() {
        try (PointerScope scope = new PointerScope()) {
            MagnifiedPerturbation all = magnified(AttackNorm.L2, 3, 0.125f, -0.25f, 0, 0, 0, 0);
            assertThat(Tensors.toFloats(all.pictures())).containsExactly(0.75f, 0, 0.5f, 0.5f, 0.5f, 0.5f);
            assertThat(all.factors()).containsExactly(2, 0);
        }
    }

    @Test
    void whatIsNotChangedIsGreyEvenWithoutABall() {
        try (PointerScope scope = new PointerScope()) {
            MagnifiedPerturbation all = magnified(AttackNorm.LINF, 0, new float[6]);
            assertThat(Tensors.toFloats(all.pictures())).containsOnly(0.5f);
            assertThat(all.factors()).containsOnly(0);
        }
    }
}

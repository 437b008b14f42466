package io.bandpass.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageLossTest {
    /** Three classes, of which the second leads by 2. */
    private static final double[] LOGITS = {1, 3, 0.5};

    @ParameterizedTest
    @ValueSource(strings = {"dlr", "dlr_t"})
    void valuesAndGradientsAreAutoattacks(String name) {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("attacks")) {
            ImageLoss loss = name.equals("dlr") ? ImageLoss::dlr : ImageLoss::targetedDlr;
            Tensor logits = golden.get("dlr.logits").clone();
            logits.set_requires_grad(true);
            Tensor values = loss.of(logits, golden.get("dlr.labels"), golden.get("dlr_t.targets"));
            assertThat(Golden.largestDifference(values.detach(), golden.get(name + ".values")))
                    .isLessThan(1e-12);
            values.sum().backward();
            assertThat(Golden.largestDifference(logits.grad(), golden.get(name + ".grad")))
                    .isLessThan(1e-9);
        }
    }

    @Test
    void marginsAreLeadsOverTheBestOtherClass() {
        try (PointerScope scope = new PointerScope()) {
            Tensor logits = Tensor.create(LOGITS, 1, 3).expand(3, -1);
            Tensor labels = Tensors.ofLongs(new long[] {0, 1, 2}, 3);
            assertThat(Tensors.toDoubles(ImageLoss.margins(logits, labels))).containsExactly(-2, 2, -2.5);
        }
    }

    @Test
    void crossEntropiesFollowTheirDefinition() {
        try (PointerScope scope = new PointerScope()) {
            double sum = Math.exp(1) + Math.exp(3) + Math.exp(0.5);
            Tensor logits = Tensor.create(LOGITS, 1, 3);
            Tensor label = Tensors.ofLongs(new long[] {1}, 1);
            Tensor target = Tensors.ofLongs(new long[] {2}, 1);
            assertThat(ImageLoss.crossEntropy(logits, label, target).item_double())
                    .isCloseTo(Math.log(sum) - 3, within(1e-12));
            assertThat(ImageLoss.targetedCrossEntropy(logits, label, target).item_double())
                    .isCloseTo(0.5 - Math.log(sum), within(1e-12));
            assertThat(ImageLoss.lead(logits, label, target).item_double()).isCloseTo(-2.5, within(1e-12));
        }
    }
}

package io.bandpass.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.ClassifyLossConfig;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.Words;
import io.bandpass.torch.Tensors;
import java.util.OptionalDouble;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClassificationLossTest {
    private static final float[] LOGITS = {2, -1, 0.5f, 0, 3, -2, 1, 1, 1};
    private static final float[] TARGETS = {0.9f, 0.05f, 0.05f, 0, 0.3f, 0.7f, 1, 0, 0};
    private static final int CLASSES = 3;

    private static ClassificationLoss loss(String type) {
        return new ClassificationLoss(new ClassifyLossConfig(
                Words.constant(ClassifyLossConfig.Type.class, type).orElseThrow(), OptionalDouble.empty()));
    }

    private static Tensor rows(float[] values, int from, int to) {
        return Tensors.slice(Tensors.ofFloats(values, 3, CLASSES), 0, from, to);
    }

    /** Of all three images. */
    private static double value(ClassificationLoss loss) {
        try (PointerScope scope = new PointerScope()) {
            return loss.of(rows(LOGITS, 0, 3), rows(TARGETS, 0, 3), 3).item_double();
        }
    }

    @Test
    void crossEntropyIsTheMeanOverImages() {
        double expected = 0;
        for (int i = 0; i < 3; i++) {
            double sum = 0;
            for (int c = 0; c < CLASSES; c++) {
                sum += Math.exp(LOGITS[i * CLASSES + c]);
            }
            for (int c = 0; c < CLASSES; c++) {
                expected -= TARGETS[i * CLASSES + c] * Math.log(Math.exp(LOGITS[i * CLASSES + c]) / sum) / 3;
            }
        }
        assertThat(value(loss("ce"))).isCloseTo(expected, within(1e-6));
    }

    private static double binary(double threshold) {
        double expected = 0;
        for (int i = 0; i < LOGITS.length; i++) {
            double sigmoid = 1 / (1 + Math.exp(-LOGITS[i]));
            double target = Double.isNaN(threshold) ? TARGETS[i] : TARGETS[i] > threshold ? 1 : 0;
            expected -= (target * Math.log(sigmoid) + (1 - target) * Math.log(1 - sigmoid)) / LOGITS.length;
        }
        return expected;
    }

    @Test
    void binaryCrossEntropyIsTheMeanOverImagesAndClasses() {
        assertThat(value(loss("bce"))).isCloseTo(binary(Double.NaN), within(1e-6));
    }

    @Test
    void targetsAboveAThresholdBecomeOne() {
        var config = new ClassifyLossConfig(ClassifyLossConfig.Type.BCE, OptionalDouble.of(0.2));
        assertThat(value(new ClassificationLoss(config))).isCloseTo(binary(0.2), within(1e-6));
        assertThat(binary(0.2)).isNotCloseTo(binary(Double.NaN), within(0.05));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce", "bce"})
    void partsOfABatchAddUpInValueAndGradient(String type) {
        try (PointerScope scope = new PointerScope()) {
            Tensor whole = rows(LOGITS, 0, 3);
            whole.set_requires_grad(true);
            Tensor expected = loss(type).of(whole, rows(TARGETS, 0, 3), 3);
            expected.backward();

            Tensor logits = rows(LOGITS, 0, 3);
            logits.set_requires_grad(true);
            double sum = 0;
            for (int[] part : new int[][] {{0, 2}, {2, 3}}) {
                Tensor loss =
                        loss(type).of(Tensors.slice(logits, 0, part[0], part[1]), rows(TARGETS, part[0], part[1]), 3);
                loss.backward();
                sum += loss.item_double();
            }
            assertThat(sum).isCloseTo(expected.item_double(), within(1e-6));
            assertThat(Tensors.toDoubles(logits.grad())).containsExactly(Tensors.toDoubles(whole.grad()), within(1e-7));
        }
    }

    @Test
    void largeLogitsStayFinite() {
        try (PointerScope scope = new PointerScope()) {
            Tensor logits = Tensors.ofFloats(new float[] {1000, -1000}, 1, 2);
            Tensor targets = Tensors.ofFloats(new float[] {0, 1}, 1, 2);
            assertThat(loss("ce").of(logits, targets, 1).item_double()).isEqualTo(2000);
            assertThat(loss("bce").of(logits, targets, 1).item_double()).isEqualTo(1000);
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        try (PointerScope scope = new PointerScope()) {
            assertThatThrownBy(() -> loss("ce").of(rows(LOGITS, 0, 2), rows(TARGETS, 0, 3), 3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[2, 3]")
                    .hasMessageContaining("[3, 3]");
        }
        assertThatThrownBy(() -> ConfigBuilder.of(FinetuningConfig.class)
                        .set("loss.type=hinge")
                        .build())
                .isInstanceOf(ConfigException.class)
                .hasMessage("loss.type is 'hinge', but must be one of ce, bce");
        assertThatThrownBy(() -> new ClassifyLossConfig(ClassifyLossConfig.Type.BCE, OptionalDouble.of(1)))
                .hasMessage("loss.bce-target-threshold is 1.0, but must be none or from 0 to below 1");
    }
}

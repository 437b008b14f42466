package io.bandpass.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.config.ConfigException;
import io.bandpass.config.SegmentLossConfig;
import io.bandpass.config.SegmentLossConfig.Divisor;
import io.bandpass.format.TensorFile;
import io.bandpass.task.TrainingTask.BatchTotals;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SegmentationLossTest {
    private static final int CLASSES = 5;
    private static final double AUXILIARY = 0.4;
    private static final List<Double> WEIGHTS = List.of(1.0, 0.5, 2.0, 0.0, 3.0);

    private static SegmentationLoss loss(Divisor divisor, List<Double> weights, double dice) {
        return new SegmentationLoss(new SegmentLossConfig(divisor, weights, dice), CLASSES);
    }

    private static Tensor whole(SegmentationLoss loss, Tensor logits, Tensor labels) {
        return loss.of(logits, labels, new BatchTotals(loss.denominator(labels), labels.size(0)));
    }

    private static Tensor leaf(Tensor tensor) {
        Tensor leaf = tensor.clone();
        leaf.set_requires_grad(true);
        return leaf;
    }

    @ParameterizedTest
    @EnumSource(Divisor.class)
    void valuesAndGradientsAreMmsegmentations(Divisor divisor) {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("segmentation_training")) {
            JsonNode expected = Golden.json("segmentation_training").get("loss").get("one_image_ignored." + divisor);
            SegmentationLoss loss = loss(divisor, List.of(), 0);
            Tensor labels = GoldenSegmenter.labels(golden.get("loss.labels"));
            Tensor logits = leaf(golden.get("loss.logits"));
            Tensor auxiliary = leaf(golden.get("loss.aux_logits"));
            Tensor main = whole(loss, logits, labels);
            Tensor second = whole(loss, auxiliary, labels);
            Tensor total = main.add(second, new Scalar(AUXILIARY));
            assertThat(main.item_double()).isCloseTo(expected.get("main").asDouble(), within(1e-5));
            assertThat(second.item_double()).isCloseTo(expected.get("aux").asDouble(), within(1e-5));
            assertThat(total.item_double()).isCloseTo(expected.get("total").asDouble(), within(1e-5));
            total.backward();
            checkGradient(logits, golden.get("loss.grad_logits." + divisor));
            checkGradient(auxiliary, golden.get("loss.grad_aux_logits." + divisor));
        }
    }

    private static void checkGradient(Tensor leaf, Tensor expected) {
        assertThat(Golden.largestDifference(leaf.grad(), expected)).isLessThan(1e-4 * Golden.largest(expected));
    }

    @ParameterizedTest
    @EnumSource(Divisor.class)
    void nothingValidIsNoLoss(Divisor divisor) {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("segmentation_training")) {
            JsonNode expected = Golden.json("segmentation_training").get("loss").get("all_ignored." + divisor);
            Tensor logits = leaf(golden.get("loss.logits"));
            Tensor labels = torch.full_like(GoldenSegmenter.labels(golden.get("loss.labels")), new Scalar(-2L));
            Tensor value = whole(loss(divisor, List.of(), 0.5), logits, labels);
            assertThat(value.item_double())
                    .isEqualTo(expected.get("main").asDouble())
                    .isZero();
            value.backward();
            assertThat(Golden.largest(logits.grad())).isZero();
        }
    }

    /** By the definition, pixel by pixel. */
    @ParameterizedTest
    @EnumSource(Divisor.class)
    void classWeightsAndDiceFollowTheirDefinitions(Divisor divisor) {
        try (PointerScope scope = new PointerScope()) {
            torch.manual_seed(8);
            Tensor logits = torch.randn(2, CLASSES, 4, 3);
            Tensor labels = torch.randint(-2, CLASSES, new long[] {2, 4, 3}).to(ScalarType.Short);
            double weighted = whole(loss(divisor, WEIGHTS, 0), logits, labels).item_double();
            assertThat(weighted).isCloseTo(crossEntropy(logits, labels, divisor), within(1e-5));
            double withDice = whole(loss(divisor, WEIGHTS, 0.7), logits, labels).item_double();
            assertThat(withDice - weighted).isCloseTo(0.7 * dice(logits, labels), within(1e-5));
        }
    }

    private static double[] softmax(double[] logits, int image, int pixel, int pixels) {
        double[] p = new double[CLASSES];
        for (int k = 0; k < CLASSES; k++) {
            p[k] = Math.exp(logits[(image * CLASSES + k) * pixels + pixel]);
        }
        double sum = Arrays.stream(p).sum();
        return Arrays.stream(p).map(value -> value / sum).toArray();
    }

    private static double crossEntropy(Tensor logits, Tensor labels, Divisor divisor) {
        double[] values = Tensors.toDoubles(logits);
        double[] classes = Tensors.toDoubles(labels);
        int pixels = classes.length / 2;
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < classes.length; i++) {
            if (classes[i] >= 0) {
                double weight = WEIGHTS.get((int) classes[i]);
                sum -= weight * Math.log(softmax(values, i / pixels, i % pixels, pixels)[(int) classes[i]]);
                weights += weight;
            }
        }
        return sum / (divisor == Divisor.ALL ? classes.length : weights);
    }

    private static double dice(Tensor logits, Tensor labels) {
        double[] values = Tensors.toDoubles(logits);
        double[] classes = Tensors.toDoubles(labels);
        int pixels = classes.length / 2;
        double sum = 0;
        for (int image = 0; image < 2; image++) {
            double[] overlap = new double[CLASSES];
            double[] squares = new double[CLASSES];
            double[] counts = new double[CLASSES];
            for (int pixel = 0; pixel < pixels; pixel++) {
                int label = (int) classes[image * pixels + pixel];
                if (label >= 0) {
                    double[] p = softmax(values, image, pixel, pixels);
                    overlap[label] += p[label];
                    counts[label]++;
                    for (int k = 0; k < CLASSES; k++) {
                        squares[k] += p[k] * p[k];
                    }
                }
            }
            double ofImage = 0;
            int occurring = 0;
            for (int k = 0; k < CLASSES; k++) {
                if (counts[k] > 0) {
                    ofImage += 1 - 2 * overlap[k] / (squares[k] + counts[k]);
                    occurring++;
                }
            }
            sum += occurring == 0 ? 0 : ofImage / occurring;
        }
        return sum / 2;
    }

    @ParameterizedTest
    @EnumSource(Divisor.class)
    void partsOfABatchAddUp(Divisor divisor) {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("segmentation_training")) {
            SegmentationLoss loss = loss(divisor, WEIGHTS, 0.3);
            Tensor labels = GoldenSegmenter.labels(golden.get("loss.labels"));
            Tensor together = leaf(golden.get("loss.logits"));
            Tensor apart = leaf(golden.get("loss.logits"));
            Tensor whole = whole(loss, together, labels);
            whole.backward();
            BatchTotals totals = new BatchTotals(
                    loss.denominator(Tensors.slice(labels, 0, 0, 1)) + loss.denominator(Tensors.slice(labels, 0, 1, 3)),
                    3);
            Tensor first = loss.of(Tensors.slice(apart, 0, 0, 1), Tensors.slice(labels, 0, 0, 1), totals);
            Tensor rest = loss.of(Tensors.slice(apart, 0, 1, 3), Tensors.slice(labels, 0, 1, 3), totals);
            first.add(rest).backward();
            assertThat(first.add(rest).item_double()).isCloseTo(whole.item_double(), within(1e-6));
            checkGradient(apart, together.grad());
        }
    }

    @Test
    void weightsOfOtherClassesAreRefused() {
        assertThatThrownBy(() -> loss(Divisor.VALID, List.of(1.0, 2.0), 0))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "loss.class-weights has 2 numbers, but there are 5 classes: it must be empty or have one for"
                                + " each");
    }
}

package io.bandpass.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.ProbeConfig;
import io.bandpass.data.DataException;
import io.bandpass.task.DivergedException;
import io.bandpass.testing.LabelsOnly;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LinearProbeTest {
    private static final Device CPU = new Device("cpu");
    private static final int WIDTH = 6;

    private static ProbeConfig config(String optimizer, long seed) {
        // LARS multiplies the weights by so much a step; in a short training of a few axes they grow by a higher rate
        // only.
        return new ProbeConfig(optimizer, 60, optimizer.equals("lars") ? 100 : 0.3, 32, false, seed);
    }

    /**
     * Points of three classes about corners of their own, on axes of very different scales, far from 0.
     *
     * @param noise how far they lie from their corners, which are 10 apart
     */
    private static Features points(int count, double noise, long seed) {
        Random random = new Random(seed);
        float[] rows = new float[count * WIDTH];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % 3;
            for (int axis = 0; axis < WIDTH; axis++) {
                double corner = axis == labels[i] ? 10 : 0;
                rows[i * WIDTH + axis] =
                        (float) (Math.pow(10, axis - 3) * (50 + corner + noise * random.nextGaussian()));
            }
        }
        return new Features(Tensors.ofFloats(rows, count, WIDTH), LabelsOnly.of(3, labels));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sgd", "lars"})
    void whatIsLinearlySeparableIsSeparated(String optimizer) {
        try (PointerScope scope = new PointerScope()) {
            ClassificationScores scores =
                    LinearProbe.scores(points(150, 1, 1), points(60, 1, 2), config(optimizer, 0), CPU);
            assertThat(scores.top1()).isEqualTo(1);
            assertThat(scores.images()).isEqualTo(60);
            assertThat(scores.crossEntropy()).isLessThan(0.5);
        }
    }

    @Test
    void whatIsNotSeparableIsNot() {
        try (PointerScope scope = new PointerScope()) {
            Features noise = points(150, 1e4, 1);
            assertThat(LinearProbe.scores(noise, points(150, 1e4, 2), config("sgd", 0), CPU)
                            .top1())
                    .isBetween(0.15, 0.55);
        }
    }

    @Test
    void theSameSeedGivesTheSameWeightsAndAnotherOneOthers() {
        try (PointerScope scope = new PointerScope()) {
            Features train = points(100, 8, 1);
            assertThat(weights(train, 3)).isEqualTo(weights(train, 3)).isNotEqualTo(weights(train, 4));
        }
    }

    private static float[] weights(Features train, long seed) {
        try (LinearProbe probe = LinearProbe.of(train, config("sgd", seed), CPU)) {
            return Tensors.toFloats(Objects.requireNonNull(probe.folded().get("weight")));
        }
    }

    /** The whole training in double, written out step by step: batch norm, softmax, momentum, warm-up and cosine. */
    @Test
    void equalsTheDefinitionInDouble() {
        try (PointerScope scope = new PointerScope()) {
            Features train = points(20, 5, 1);
            ProbeConfig config = new ProbeConfig("sgd", 9, 2, 8, false, 5);
            ProbeOracle oracle = new ProbeOracle(train, config, 3);
            try (LinearProbe probe = LinearProbe.of(train, config, CPU)) {
                Map<String, Tensor> folded = probe.folded();
                double[] weight = Tensors.toDoubles(Objects.requireNonNull(folded.get("weight")));
                double[] bias = Tensors.toDoubles(Objects.requireNonNull(folded.get("bias")));
                double[] expected = oracle.foldedWeight();
                for (int i = 0; i < weight.length; i++) {
                    assertThat(weight[i]).isCloseTo(expected[i], within(1e-3 * Math.abs(expected[i]) + 1e-6));
                }
                double[] expectedBias = oracle.foldedBias();
                for (int c = 0; c < 3; c++) {
                    assertThat(bias[c]).isCloseTo(expectedBias[c], within(1e-3 * Math.abs(expectedBias[c])));
                }
            }
        }
    }

    @Test
    void theFoldedLayerClassifiesAsTheProbeDoes() {
        try (PointerScope scope = new PointerScope();
                LinearProbe probe = LinearProbe.of(points(90, 8, 1), config("sgd", 0), CPU)) {
            Features test = points(300, 8, 2);
            Map<String, Tensor> folded = probe.folded();
            Tensor logits = torch.linear(test.values(), folded.get("weight"), new TensorOptional(folded.get("bias")));
            ClassificationScores byLayer = new ClassificationScores(3);
            byLayer.add(logits, test.labels());
            ClassificationScores byProbe = probe.scores(test);
            assertThat(byLayer.confusion()).isDeepEqualTo(byProbe.confusion());
            assertThat(byLayer.crossEntropy()).isCloseTo(byProbe.crossEntropy(), within(1e-3));
            assertThat(byProbe.top1()).isBetween(0.4, 0.99);
        }
    }

    @Test
    void oneImageOfEachClassIsEnough() {
        try (PointerScope scope = new PointerScope()) {
            ClassificationScores scores = LinearProbe.scores(points(3, 0, 1), points(30, 0, 2), config("sgd", 0), CPU);
            assertThat(scores.top1()).isEqualTo(1);
        }
    }

    @Test
    void imagesOfOneClassAndUnlabelledOnesAreRefused() {
        try (PointerScope scope = new PointerScope()) {
            Tensor values = Tensors.ofFloats(new float[2 * WIDTH], 2, WIDTH);
            Features one = new Features(values, LabelsOnly.of(3, 1, 1));
            assertThatThrownBy(() -> LinearProbe.of(one, config("sgd", 0), CPU))
                    .isInstanceOf(DataException.class)
                    .hasMessage(
                            "a linear probe needs images of at least two classes to train on, but these 2 are of one");
            Features none = new Features(values, LabelsOnly.of(0, -1, -1));
            assertThatThrownBy(() -> LinearProbe.of(none, config("sgd", 0), CPU))
                    .isInstanceOf(DataException.class)
                    .hasMessageEndingWith("are of none");
        }
    }

    @Test
    void imagesOfOtherClassesAreNotScored() {
        try (PointerScope scope = new PointerScope();
                LinearProbe probe = LinearProbe.of(points(30, 1, 1), config("sgd", 0), CPU)) {
            Features test = new Features(Tensors.ofFloats(new float[2 * WIDTH], 2, WIDTH), LabelsOnly.of(4, 0, 3));
            assertThatThrownBy(() -> probe.scores(test))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("tells 3 classes apart, but the images to score have 4");
        }
    }

    @Test
    void featuresThatAreNoNumbersEndInASentence() {
        try (PointerScope scope = new PointerScope()) {
            float[] rows = new float[4 * WIDTH];
            Arrays.fill(rows, Float.NaN);
            Features broken = new Features(Tensors.ofFloats(rows, 4, WIDTH), LabelsOnly.of(2, 0, 1, 0, 1));
            assertThatThrownBy(() -> LinearProbe.of(broken, config("sgd", 0), CPU))
                    .isInstanceOf(DivergedException.class)
                    .hasMessageContaining("not finite");
        }
    }

    /** With infinite features the batch norm gives 0 or NaN, and a probe of zeros would have a score. */
    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void featuresThatAreNoNumbersAreCounted(float broken) {
        try (PointerScope scope = new PointerScope();
                LinearProbe probe = LinearProbe.of(points(30, 1, 1), config("sgd", 0), CPU)) {
            float[] rows = new float[4 * WIDTH];
            rows[WIDTH] = broken;
            Features one = new Features(Tensors.ofFloats(rows, 4, WIDTH), LabelsOnly.of(3, 0, 1, 2, 1));
            assertThatThrownBy(() -> LinearProbe.of(one, config("sgd", 0), CPU))
                    .isInstanceOf(DivergedException.class)
                    .hasMessage("there can be no linear probe, as the features of 1 of 4 training images are not finite"
                            + " numbers");
            assertThatThrownBy(() -> probe.scores(one))
                    .isInstanceOf(DivergedException.class)
                    .hasMessageContaining("1 of 4 images to classify");
        }
    }

    /** Finite themselves, but not their variance: batch norm would make 0 of each, and any class would be as good. */
    @Test
    void featuresThatAreTooLargeEndInASentence() {
        try (PointerScope scope = new PointerScope()) {
            float[] rows = new float[4 * WIDTH];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = (i % 5) * 1e30f;
            }
            Features large = new Features(Tensors.ofFloats(rows, 4, WIDTH), LabelsOnly.of(2, 0, 1, 0, 1));
            assertThatThrownBy(() -> LinearProbe.of(large, config("sgd", 0), CPU))
                    .isInstanceOf(DivergedException.class)
                    .hasMessageContaining("variance is not a finite number");
        }
    }
}

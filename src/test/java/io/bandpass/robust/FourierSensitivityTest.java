package io.bandpass.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.task.NotFiniteException;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FourierSensitivityTest {
    private static final JsonNode EXPECTED = Golden.json("heatmap");
    private static final int SIZE = GoldenToy.SIZE;
    private static final FourierBasis BASIS = new FourierBasis(SIZE, SIZE);

    private final GoldenToy toy = new GoldenToy();
    private final PointerScope scope = new PointerScope();

    @BeforeEach
    void checkTheToy() {
        assertThat(Golden.largestDifference(toy.logits(toy.images()), toy.get("clean_logits")))
                .isLessThan(1e-5);
    }

    @AfterEach
    void close() {
        scope.close();
        toy.close();
    }

    private static List<FourierBin> allBins() {
        List<FourierBin> bins = new ArrayList<>();
        for (int i = 0; i < SIZE * SIZE; i++) {
            bins.add(new FourierBin(i / SIZE, i % SIZE));
        }
        return bins;
    }

    private FourierSensitivity add(FourierSensitivity sensitivity, int... ends) {
        int from = 0;
        for (int to : ends) {
            sensitivity.add(
                    Tensors.slice(toy.images(), 0, from, to),
                    IntStream.range(from, to).toArray(),
                    Tensors.slice(toy.labels(), 0, from, to),
                    done -> {});
            from = to;
        }
        return sensitivity;
    }

    /** With the signs that were stored, which differ between mirrored frequencies. */
    @ParameterizedTest
    @CsvSource({"1.0", "2.5"})
    void errorAndChangeAtEveryFrequency(String norm) {
        double[] signs = Tensors.toDoubles(toy.get("signs"));
        FourierSigns stored = (bin, indices) -> {
            float[] values = new float[3 * indices.length];
            for (int i = 0; i < values.length; i++) {
                int image = (bin.row() * SIZE + bin.column()) * GoldenToy.IMAGES + indices[i / 3];
                values[i] = (float) signs[3 * image + i % 3];
            }
            return values;
        };
        FourierHeatMap map = add(
                        new FourierSensitivity(
                                toy::logits, BASIS, Double.parseDouble(norm), SIZE, 1, stored, allBins()),
                        11,
                        30)
                .map();
        equal(map.error(), "error_v" + norm, 1e-12);
        equal(map.change(), "change_v" + norm, 1e-5);
        assertThat(map.cleanError()).isEqualTo(1 - EXPECTED.get("clean_correct").asInt() / 30.0, within(1e-12));
        assertThat(map.images()).isEqualTo(30);
        assertThat(map.rows()).containsExactly(IntStream.range(-8, 8).toArray());
        // So no rounding can change a class.
        assertThat(toy.smallestMargin())
                .isCloseTo(
                        // Float32 logits of other processors: a tenth of the smallest margin.
                        EXPECTED.get("error_v" + norm + "_smallest_top2_margin").asDouble(), within(5e-6));
    }

    private void equal(double[][] actual, String name, double relative) {
        double[] expected = Tensors.toDoubles(toy.get(name));
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i / SIZE][i % SIZE])
                    .as("%s at %d", name, i)
                    .isCloseTo(expected[i], within(relative * Math.max(1e-3, Math.abs(expected[i]))));
        }
    }

    /** If all signs are the same, so are mirrored frequencies: a half is computed, the whole is returned. */
    @Test
    void halfOfThePlaneIsEnough() {
        FourierSigns plus = (bin, indices) -> {
            float[] ones = new float[3 * indices.length];
            Arrays.fill(ones, 1);
            return ones;
        };
        FourierSensitivity sensitivity = new FourierSensitivity(toy::logits, BASIS, 2.5, SIZE, 1, plus);
        assertThat(sensitivity.frequencies()).isEqualTo(130);
        FourierHeatMap map = add(sensitivity, 30).map();
        equal(map.error(), "error_plus_v2.5", 1e-12);
        equal(map.scaledChange(), "change_plus_v2.5_scaled", 1e-5);
    }

    @Test
    void batchesDoNotMatterAndALargerStepIsAPartOfTheMap() {
        FourierSigns random = FourierSigns.random(7);
        FourierHeatMap whole = add(new FourierSensitivity(toy::logits, BASIS, 2.5, SIZE, 1, random), 30)
                .map();
        FourierHeatMap batches = add(new FourierSensitivity(toy::logits, BASIS, 2.5, SIZE, 1, random), 1, 9, 30)
                .map();
        assertThat(batches.error()).isDeepEqualTo(whole.error());
        FourierHeatMap part = add(new FourierSensitivity(toy::logits, BASIS, 2.5, 7, 2, random), 30)
                .map();
        assertThat(part.rows()).containsExactly(-2, 0, 2);
        assertThat(part.columns()).containsExactly(-2, 0, 2);
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                assertThat(part.error()[i][j]).isEqualTo(whole.error()[6 + 2 * i][6 + 2 * j]);
            }
        }
        FourierHeatMap otherSeed = add(
                        new FourierSensitivity(toy::logits, BASIS, 2.5, SIZE, 1, FourierSigns.random(8)), 30)
                .map();
        assertThat(Arrays.deepEquals(otherSeed.error(), whole.error())).isFalse();
    }

    @Test
    void withoutANormNothingChanges() {
        FourierHeatMap map = add(new FourierSensitivity(toy::logits, BASIS, 0, 3, 1, FourierSigns.random(1)), 30)
                .map();
        assertThat(map.error()).isDeepEqualTo(filled(map.cleanError()));
        assertThat(map.change()).isDeepEqualTo(filled(0));
        assertThat(map.scaledChange()).isDeepEqualTo(filled(0));
    }

    private static double[][] filled(double value) {
        double[][] all = new double[3][3];
        Arrays.stream(all).forEach(row -> Arrays.fill(row, value));
        return all;
    }

    /** Each sign of 1,000 images is about as often 1 as -1, and no two channels agree. */
    @Test
    void randomSignsFollowFromTheImageAlone() {
        FourierBin bin = new FourierBin(3, 4);
        int[] indices = IntStream.range(0, 1000).toArray();
        float[] signs = FourierSigns.random(1).of(bin, indices);
        for (int channel = 0; channel < 3; channel++) {
            double sum = 0;
            double agreeing = 0;
            for (int i = 0; i < 1000; i++) {
                assertThat(Math.abs(signs[3 * i + channel])).isEqualTo(1);
                sum += signs[3 * i + channel];
                agreeing += signs[3 * i + channel] * signs[3 * i + (channel + 1) % 3];
            }
            assertThat(sum).isBetween(-150.0, 150.0);
            assertThat(agreeing).isBetween(-150.0, 150.0);
        }
        assertThat(FourierSigns.random(1).of(bin, new int[] {17, 5}))
                .containsExactly(signs[51], signs[52], signs[53], signs[15], signs[16], signs[17]);
        assertThat(FourierSigns.random(2).of(bin, indices)).isNotEqualTo(signs);
        assertThat(FourierSigns.random(1).of(new FourierBin(4, 3), indices)).isNotEqualTo(signs);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
    void logitsThatAreNotFiniteAreRefused(double factor) {
        FourierSensitivity sensitivity = new FourierSensitivity(
                images -> toy.logits(images).mul(new Scalar(factor)), BASIS, 1, 3, 1, FourierSigns.random(1));
        assertThatThrownBy(() -> add(sensitivity, 30))
                .isInstanceOf(NotFiniteException.class)
                .hasMessage("the logits of 30 of 30 images are not finite numbers");
    }

    @Test
    void imagesOfAnotherSizeAreRefusedAndNoImagesHaveNoMap() {
        FourierSensitivity sensitivity =
                new FourierSensitivity(toy::logits, new FourierBasis(8, 8), 1, 8, 1, FourierSigns.random(1));
        Tensor images = toy.images();
        assertThatThrownBy(() -> sensitivity.add(images, GoldenToy.indices(), toy.labels(), done -> {}))
                .hasMessageContaining("must have the shape [30, 3, 8, 8]");
        assertThatThrownBy(sensitivity::map).isInstanceOf(IllegalStateException.class);
    }
}

package io.bandpass.pretext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.DenoiseConfig;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseTest {
    private static final int[] FIRST = {0};

    private static Noise noise(double poissonProbability, double scale, double greyProbability) {
        return new Noise(
                new DenoiseConfig(75, List.of(), poissonProbability, List.of(scale, scale), greyProbability), 6);
    }

    private static Tensor flat(double value) {
        return torch.zeros(1, 3, 224, 224).add(new Scalar(value));
    }

    private static Tensor added(Noise noise, Tensor images) {
        return noise.apply(images, 0, FIRST).sub(images);
    }

    @Test
    void equalsTheAuthorsImageToTheBit() {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("degradations")) {
            Tensor normal = golden.get("noise_randn_hwc").permute(2, 0, 1);
            Tensor noisy = golden.get("img01").add(Noise.gaussian(normal, 75));
            assertThat(Tensors.toFloats(noisy)).isEqualTo(Tensors.toFloats(golden.get("noise_sigma75")));
        }
    }

    @Test
    void gaussianNoiseHasItsSigmaEverywhereAndIsNotClamped() {
        try (PointerScope scope = new PointerScope()) {
            for (double brightness : new double[] {0, 0.5, 1}) {
                double[] values = Tensors.toDoubles(added(noise(0, 1, 0), flat(brightness)));
                double sigma = 75 / 255.0;
                double error = sigma / Math.sqrt(values.length);
                assertThat(mean(values)).isCloseTo(0, within(5 * error));
                assertThat(Math.sqrt(variance(values))).isCloseTo(sigma, within(5 * error));
                assertThat(shareWithin(values, sigma)).isCloseTo(0.6827, within(0.01));
                assertThat(shareWithin(values, 2 * sigma)).isCloseTo(0.9545, within(0.005));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0.02, 1", "0.5, 1", "1, 1", "0.5, 3", "0.5, 0.05"})
    void poissonNoiseKeepsTheMeanAndItsVarianceGrowsWithTheBrightness(double brightness, double scale) {
        try (PointerScope scope = new PointerScope()) {
            double[] values = Tensors.toDoubles(added(noise(1, scale, 0), flat(brightness)));
            double variance = scale * scale * brightness / 256;
            assertThat(mean(values)).isCloseTo(0, within(5 * Math.sqrt(variance / values.length)));
            assertThat(variance(values)).isCloseTo(variance, within(0.03 * variance));
        }
    }

    @Test
    void poissonNoiseOfScaleOneCountsWholeLevels() {
        try (PointerScope scope = new PointerScope()) {
            Tensor noisy = noise(1, 1, 0).apply(Restorations.images(1, 32, 32), 0, FIRST);
            for (double value : Tensors.toDoubles(noisy)) {
                assertThat(256 * value).isCloseTo(Math.rint(256 * value), within(1e-3));
            }
            assertThat(Golden.largest(added(noise(1, 1, 0), flat(0)))).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1})
    void greyNoiseIsTheSameInAllChannels(double poissonProbability) {
        try (PointerScope scope = new PointerScope()) {
            Tensor images = Restorations.images(1, 64, 64);
            Tensor grey = added(noise(poissonProbability, 1, 1), images);
            Tensor coloured = added(noise(poissonProbability, 1, 0), images);
            Tensor red = grey.select(1, 0);
            assertThat(Golden.largest(red)).isGreaterThan(0.01);
            for (int channel = 1; channel < 3; channel++) {
                assertThat(Golden.largestDifference(grey.select(1, channel), red))
                        .isLessThan(1e-6);
                assertThat(Golden.largestDifference(coloured.select(1, channel), coloured.select(1, 0)))
                        .isGreaterThan(0.01);
            }
        }
    }

    @Test
    void greyPoissonNoiseFollowsTheGreyImage() {
        try (PointerScope scope = new PointerScope()) {
            Tensor green = flat(0);
            green.select(1, 1).fill_(new Scalar(0.8));
            double[] values = Tensors.toDoubles(added(noise(1, 2, 1), green).select(1, 0));
            double variance = 4 * 0.8 * 0.587 / 256;
            assertThat(mean(values)).isCloseTo(0, within(5 * Math.sqrt(variance / values.length)));
            assertThat(variance(values)).isCloseTo(variance, within(0.05 * variance));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0.5, 0.5", "1, 0"})
    void anImageDoesNotDependOnItsBatch(double poissonProbability, double greyProbability) {
        try (PointerScope scope = new PointerScope()) {
            assertThat(Restorations.sameAloneAndInBatch(
                            noise(poissonProbability, 1, greyProbability), Restorations.images(7, 33, 47)))
                    .isTrue();
        }
    }

    @Test
    void drawsDependOnSeedEpochAndIndexAlone() {
        try (PointerScope scope = new PointerScope()) {
            DenoiseConfig config = new DenoiseConfig(75, List.of(), 0, List.of(1.0, 1.0), 0);
            Tensor image = Restorations.images(1, 16, 16);
            float[] noisy = Tensors.toFloats(new Noise(config, 6).apply(image, 2, new int[] {8}));
            assertThat(Tensors.toFloats(new Noise(config, 6).apply(image, 2, new int[] {8})))
                    .isEqualTo(noisy);
            assertThat(Tensors.toFloats(new Noise(config, 6).apply(image, 3, new int[] {8})))
                    .isNotEqualTo(noisy);
            assertThat(Tensors.toFloats(new Noise(config, 6).apply(image, 2, new int[] {9})))
                    .isNotEqualTo(noisy);
            assertThat(Tensors.toFloats(new Noise(config, 7).apply(image, 2, new int[] {8})))
                    .isNotEqualTo(noisy);
        }
    }

    @Test
    void kindsComeAsOftenAsTheyShouldAndAreNamed() {
        Noise noise = new Noise(new DenoiseConfig(75, List.of(), 0.3, List.of(0.05, 3.0), 0.4), 0);
        int draws = 10_000;
        int poisson = 0;
        int grey = 0;
        double scales = 0;
        for (int i = 0; i < draws; i++) {
            String text = noise.describe(0, i);
            grey += text.startsWith("grey ") ? 1 : 0;
            if (text.contains("Poisson noise, scale ")) {
                poisson++;
                scales += Double.parseDouble(text.substring(text.lastIndexOf(' ')));
            } else {
                assertThat(text).endsWith("Gaussian noise, sigma 75");
            }
        }
        assertThat(poisson / (double) draws).isCloseTo(0.3, within(0.02));
        assertThat(grey / (double) draws).isCloseTo(0.4, within(0.02));
        assertThat(scales / poisson).isCloseTo(1.525, within(0.05));
    }

    @Test
    void eachImageDrawsItsSigmaFromTheRangeAndNothingElseChanges() {
        Noise one = new Noise(new DenoiseConfig(75, List.of(), 0.5, List.of(0.05, 3.0), 0.5), 4);
        Noise range = new Noise(new DenoiseConfig(75, List.of(1.0, 30.0), 0.5, List.of(0.05, 3.0), 0.5), 4);
        double[] sigmas = IntStream.range(0, 4000)
                .filter(index -> range.describe(0, index).contains("sigma "))
                .mapToDouble(
                        index -> Double.parseDouble(range.describe(0, index).replaceFirst(".*sigma ", "")))
                .toArray();
        assertThat(Arrays.stream(sigmas).filter(sigma -> sigma < 1 || sigma > 30))
                .isEmpty();
        assertThat(mean(sigmas)).isCloseTo(15.5, within(0.6));
        for (int index = 0; index < 50; index++) {
            assertThat(range.describe(0, index).replaceFirst("sigma .*", ""))
                    .isEqualTo(one.describe(0, index).replaceFirst("sigma .*", ""));
        }
        try (PointerScope scope = new PointerScope()) {
            Noise gaussian = new Noise(new DenoiseConfig(75, List.of(20.0, 30.0), 0, List.of(1.0, 1.0), 0), 4);
            double[] added = Tensors.toDoubles(added(gaussian, flat(0.5)));
            double drawn = Double.parseDouble(gaussian.describe(0, 0).replaceFirst(".*sigma ", ""));
            assertThat(Math.sqrt(variance(added)) * 255).isCloseTo(drawn, within(0.1));
        }
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        return Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow();
    }

    private static double shareWithin(double[] values, double bound) {
        return Arrays.stream(values).filter(value -> Math.abs(value) < bound).count() / (double) values.length;
    }
}

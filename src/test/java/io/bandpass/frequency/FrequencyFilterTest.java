package io.bandpass.frequency;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.checkpoint.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrequencyFilterTest {
    private static final double NONE = Double.POSITIVE_INFINITY;
    private static final Device CPU = new Device("cpu");

    @ParameterizedTest
    @CsvSource({
        "low_r8, true, 8, Infinity",
        "high_r8, false, 8, Infinity",
        "bandstop_r10_40, true, 10, 40",
        "bandpass_r10_40, false, 10, 40"
    })
    void equalsTheAuthorsCorruption(String name, boolean low, double radius, double outer) {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("corrupt");
                FrequencyFilter clamping = new FrequencyFilter(64, 64, radius, outer, true, CPU);
                FrequencyFilter free = new FrequencyFilter(64, 64, radius, outer, false, CPU)) {
            Tensor images = golden.get("img01").unsqueeze(0);
            Tensor masks = clamping.halfMasks(new boolean[] {low});
            assertThat(Golden.largestDifference(clamping.apply(images, masks).squeeze(0), golden.get(name)))
                    .isLessThan(1e-5);
            assertThat(Golden.largestDifference(free.apply(images, masks).squeeze(0), golden.get(name + "_unclamped")))
                    .isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @CsvSource({"odd33x47_low_r6, true", "odd33x47_high_r6, false"})
    void worksForOddAndUnequalSides(String name, boolean low) {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("corrupt");
                FrequencyFilter filter = new FrequencyFilter(33, 47, 6, NONE, true, CPU)) {
            Tensor image = Tensors.slice(Tensors.slice(golden.get("img01"), 1, 0, 33), 2, 0, 47)
                    .unsqueeze(0);
            assertThat(Golden.largestDifference(
                            filter.apply(image, filter.halfMasks(new boolean[] {low}))
                                    .squeeze(0),
                            golden.get(name)))
                    .isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @CsvSource({"low_r16_sub4, true", "high_r16_sub4, false"})
    void equalsTheAuthorsCorruptionAt224(String name, boolean low) {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("corrupt224");
                FrequencyFilter filter = new FrequencyFilter(224, 224, 16, NONE, true, CPU)) {
            Tensor image = golden.get("img_u8")
                    .to(ScalarType.Float)
                    .div(new Scalar(255))
                    .unsqueeze(0);
            Tensor corrupted =
                    filter.apply(image, filter.halfMasks(new boolean[] {low})).squeeze(0);
            LongOptional all = new LongOptional();
            Tensor every4th = corrupted.slice(1, all, all, 4).slice(2, all, all, 4);
            assertThat(Golden.largestDifference(every4th, golden.get(name))).isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @CsvSource({"28, 28, 2", "32, 48, 2.29", "33, 47, 6", "45, 30, 5.5", "31, 31, 0", "16, 16, 100"})
    void equalsTwoFullTransformsAndItsParts(int height, int width, double radius) {
        try (PointerScope scope = new PointerScope();
                FrequencyFilter filter = new FrequencyFilter(height, width, radius, NONE, false, CPU)) {
            Tensor images = torch.rand(new long[] {4, 3, height, width}, KeyedRandom.generator(1));
            boolean[] lowPass = {true, false, false, true};
            Tensor kept = filter.keep(images, filter.halfMasks(lowPass));
            Tensor oracle = SpectrumOracle.filter(images, filter.centredMasks(lowPass));
            assertThat(Golden.largestDifference(kept, oracle)).isLessThan(2e-6);

            boolean[] others = {false, true, true, false};
            Tensor removed = filter.keep(images, filter.halfMasks(others));
            assertThat(Golden.largestDifference(kept.add(removed), images)).isLessThan(2e-6);
        }
    }

    @Test
    void countsTheRemovedBins() {
        try (PointerScope scope = new PointerScope();
                FrequencyFilter filter = new FrequencyFilter(224, 224, 16, NONE, true, CPU)) {
            assertThat(filter.removedBins(new boolean[] {true})).isEqualTo(50176 - 793);
            assertThat(filter.removedBins(new boolean[] {false, false})).isEqualTo(2 * 793);
        }
    }

    @Test
    void drawsDependOnSeedEpochAndIndexAlone() {
        FilterSampler sampler = new FilterSampler(7, 0.3);
        boolean[] draw = sampler.draw(4, new int[] {5, 9, 5});
        assertThat(draw[0]).isEqualTo(draw[2]);
        int[] many = new int[20_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = i;
        }
        boolean[] first = sampler.draw(0, many);
        assertThat(share(first)).isBetween(0.29, 0.31);
        assertThat(first).isEqualTo(new FilterSampler(7, 0.3).draw(0, many));
        assertThat(first).isNotEqualTo(sampler.draw(1, many));
        assertThat(first).isNotEqualTo(new FilterSampler(8, 0.3).draw(0, many));
    }

    private static double share(boolean[] values) {
        int count = 0;
        for (boolean value : values) {
            count += value ? 1 : 0;
        }
        return count / (double) values.length;
    }
}

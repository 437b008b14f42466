package io.bandpass.frequency;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.Tensors;
import java.util.Locale;
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
import org.junit.jupiter.params.provider.EnumSource;

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
                FrequencyFilter clamping = FrequencyFilter.radial(RadialMask.CIRCLE, 64, 64, radius, outer, true, CPU);
                FrequencyFilter free = FrequencyFilter.radial(RadialMask.CIRCLE, 64, 64, radius, outer, false, CPU)) {
            Tensor images = golden.get("img01").unsqueeze(0);
            Tensor masks = clamping.halfMasks(images, MaskDraws.middle(low));
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
                FrequencyFilter filter = FrequencyFilter.radial(RadialMask.CIRCLE, 33, 47, 6, NONE, true, CPU)) {
            Tensor image = Tensors.slice(Tensors.slice(golden.get("img01"), 1, 0, 33), 2, 0, 47)
                    .unsqueeze(0);
            assertThat(Golden.largestDifference(
                            filter.apply(image, filter.halfMasks(image, MaskDraws.middle(low)))
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
                FrequencyFilter filter = FrequencyFilter.radial(RadialMask.CIRCLE, 224, 224, 16, NONE, true, CPU)) {
            Tensor image = golden.get("img_u8")
                    .to(ScalarType.Float)
                    .div(new Scalar(255))
                    .unsqueeze(0);
            Tensor corrupted = filter.apply(image, filter.halfMasks(image, MaskDraws.middle(low)))
                    .squeeze(0);
            LongOptional all = new LongOptional();
            Tensor every4th = corrupted.slice(1, all, all, 4).slice(2, all, all, 4);
            assertThat(Golden.largestDifference(every4th, golden.get(name))).isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @CsvSource({"28, 28, 2", "32, 48, 2.29", "33, 47, 6", "45, 30, 5.5", "31, 31, 0", "16, 16, 100"})
    void equalsTwoFullTransformsAndItsParts(int height, int width, double radius) {
        try (PointerScope scope = new PointerScope();
                FrequencyFilter filter =
                        FrequencyFilter.radial(RadialMask.CIRCLE, height, width, radius, NONE, false, CPU)) {
            Tensor images = torch.rand(new long[] {4, 3, height, width}, KeyedRandom.generator(1));
            MaskDraws draws = MaskDraws.middle(true, false, false, true);
            Tensor masks = filter.halfMasks(images, draws);
            Tensor kept = filter.keep(images, masks);
            Tensor oracle = SpectrumOracle.filter(images, filter.centred(masks));
            assertThat(Golden.largestDifference(kept, oracle)).isLessThan(2e-6);

            MaskDraws others = MaskDraws.middle(false, true, true, false);
            Tensor removed = filter.keep(images, filter.halfMasks(images, others));
            assertThat(Golden.largestDifference(kept.add(removed), images)).isLessThan(2e-6);
        }
    }

    @Test
    void countsTheRemovedBins() {
        try (PointerScope scope = new PointerScope();
                FrequencyFilter filter = FrequencyFilter.radial(RadialMask.CIRCLE, 224, 224, 16, NONE, true, CPU)) {
            assertThat(filter.removedBins(MaskDraws.middle(true))).isEqualTo(50176 - 793);
            assertThat(filter.removedBins(MaskDraws.middle(false, false))).isEqualTo(2 * 793);
        }
    }

    /** The check of the configuration computes; here masks are counted. */
    @ParameterizedTest
    @EnumSource(RadialMask.class)
    void aConfigurationIsRefusedWhereItsMaskRemovesNothing(RadialMask shape) {
        int refused = 0;
        for (int size : new int[] {6, 7}) {
            for (double radius = 0.25; radius < size + 2; radius += 0.25) {
                for (double outer : new double[] {radius + 0.2, radius + 0.9, NONE}) {
                    ConfigBuilder<PretrainingConfig> builder = ConfigBuilder.of(PretrainingConfig.class)
                            .set("encoder.patch-size=1")
                            .set("encoder.image-size=" + size)
                            .set("mask.shape=" + shape.name().toLowerCase(Locale.ROOT))
                            .set("mask.radius=" + radius)
                            .set("mask.outer-radius=" + (outer == NONE ? "none" : outer));
                    try (FrequencyFilter filter = FrequencyFilter.radial(shape, size, size, radius, outer, true, CPU)) {
                        boolean removesAny = filter.removedBins(MaskDraws.middle(true)) > 0;
                        assertThat(isSound(builder))
                                .as("%d px, %s to %s", size, radius, outer)
                                .isEqualTo(removesAny);
                        refused += removesAny ? 0 : 1;
                    }
                }
            }
        }
        assertThat(refused).isGreaterThan(20);
    }

    private static boolean isSound(ConfigBuilder<PretrainingConfig> builder) {
        try {
            builder.build();
            return true;
        } catch (ConfigException e) {
            assertThat(e).hasMessageContaining("mask.");
            return false;
        }
    }
}

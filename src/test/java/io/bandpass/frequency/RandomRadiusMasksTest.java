package io.bandpass.frequency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.MaskConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.torch.Tensors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RandomRadiusMasksTest {
    private static final double NONE = Double.POSITIVE_INFINITY;
    private static final Device CPU = new Device("cpu");
    private static final MaskDraws DRAWS =
            new MaskSampler(3).draw(0.5, 1, IntStream.range(0, 40).toArray());

    @ParameterizedTest
    @EnumSource(RadialMask.class)
    void eachImageGetsTheMaskOfItsRadius(RadialMask shape) {
        for (double outer : new double[] {NONE, 9}) {
            try (PointerScope scope = new PointerScope();
                    FrequencyFilter filter = FrequencyFilter.randomRadius(shape, 24, 21, 2, 8.5, outer, true, CPU);
                    RandomRadiusMasks family = new RandomRadiusMasks(shape, 24, 21, 2, 8.5, outer, CPU)) {
                Tensor masks = filter.halfMasks(new Tensor(), DRAWS);
                assertThat(Tensors.shape(masks)).containsExactly(40, 1, 24, 11);
                Tensor centred = filter.centred(masks);
                Symmetry.check(centred);
                for (int i = 0; i < DRAWS.size(); i++) {
                    double radius = family.radius(DRAWS.uniform()[i]);
                    Tensor expected = DRAWS.lowPass()[i]
                            ? shape.lowPass(24, 21, radius, outer)
                            : shape.highPass(24, 21, radius, outer);
                    float[] mask = Tensors.toFloats(centred.select(0, i));
                    assertThat(mask).isEqualTo(Tensors.toFloats(expected));
                    assertThat(filter.removedBins(DRAWS.part(i, i + 1)))
                            .isEqualTo(24 * 21 - expected.sum().item_double());
                }
                assertThat(filter.removedBins(DRAWS))
                        .isEqualTo(filter.removedBins(DRAWS, masks))
                        .isEqualTo(40 * 24 * 21 - centred.sum().item_double());
                // A mask follows from its own draw, whatever else is in the batch.
                assertThat(Tensors.toFloats(filter.halfMasks(new Tensor(), DRAWS.part(7, 9))))
                        .isEqualTo(Tensors.toFloats(Tensors.slice(masks, 0, 7, 9)));
            }
        }
    }

    @Test
    void radiiAreUniformInTheRange() {
        try (RandomRadiusMasks family = new RandomRadiusMasks(RadialMask.CIRCLE, 32, 32, 2, 6, NONE, CPU)) {
            double[] uniform = new MaskSampler(5)
                    .draw(0.5, 0, IntStream.range(0, 20_000).toArray())
                    .uniform();
            int[] quarters = new int[4];
            for (double number : uniform) {
                double radius = family.radius(number);
                assertThat(radius).isGreaterThanOrEqualTo(2).isLessThan(6);
                quarters[(int) (radius - 2)]++;
            }
            for (int quarter : quarters) {
                assertThat(quarter / 20_000.0).isCloseTo(0.25, within(0.016));
            }
            assertThat(family.radius(0)).isEqualTo(2);
            assertThat(family.radius(Math.nextDown(1.0))).isLessThan(6);
        }
    }

    @Test
    void tilesHaveTheRadiusOfTheImageMadeSmaller() {
        MaskConfig mask = ConfigBuilder.of(PretrainingConfig.class)
                .set("mask.shape=rhombus")
                .set("mask.radius-range=[4, 12]")
                .build()
                .mask();
        try (PointerScope scope = new PointerScope();
                FrequencyFilter tiles = FrequencyFilter.of(mask.at(48).tile(2), mask.clamp(), CPU);
                FrequencyFilter small =
                        FrequencyFilter.randomRadius(RadialMask.RHOMBUS, 24, 24, 2, 6, NONE, true, CPU)) {
            assertThat(Tensors.toFloats(tiles.halfMasks(new Tensor(), DRAWS)))
                    .isEqualTo(Tensors.toFloats(small.halfMasks(new Tensor(), DRAWS)));
        }
    }
}

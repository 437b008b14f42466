package io.bandpass.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.config.ConfigException;
import io.bandpass.frequency.RadialEnergy;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BandCurvesTest {
    private static final JsonNode EXPECTED = Golden.json("heatmap").get("band");
    private static final int SIZE = GoldenToy.SIZE;

    private final GoldenToy toy = new GoldenToy();
    private final Device cpu = new Device("cpu");

    @AfterEach
    void close() {
        toy.close();
    }

    private static List<Double> numbers(String name) {
        return StreamSupport.stream(EXPECTED.get(name).spliterator(), false)
                .map(JsonNode::asDouble)
                .toList();
    }

    private static long[] counts(String name) {
        return numbers(name).stream().mapToLong(Double::longValue).toArray();
    }

    private void add(BandCurves curves, int from, int to) {
        curves.add(
                Tensors.slice(toy.images(), 0, from, to),
                IntStream.range(from, to).toArray(),
                Tensors.slice(toy.labels(), 0, from, to));
    }

    @Test
    void accuracyByBand() {
        BandCurves.Settings settings = new BandCurves.Settings(
                numbers("radii"),
                numbers("band_noise_rings"),
                1,
                EXPECTED.get("noise_norm_per_channel").asDouble(),
                0);
        try (PointerScope scope = new PointerScope();
                BandCurves curves = new BandCurves(
                        toy::logits,
                        SIZE,
                        SIZE,
                        settings,
                        cpu,
                        indices -> Tensors.slice(toy.get("white"), 0, indices[0], indices[indices.length - 1] + 1))) {
            assertThatThrownBy(curves::lowPass).isInstanceOf(IllegalStateException.class);
            add(curves, 0, 13);
            add(curves, 13, 30);
            assertThat(curves.lowPass().correct()).isEqualTo(counts("low_pass"));
            assertThat(curves.highPass().correct()).isEqualTo(counts("high_pass"));
            assertThat(curves.noise().correct()).isEqualTo(counts("band_noise"));
            assertThat(curves.noise().radii())
                    .isEqualTo(numbers("band_noise_rings").stream()
                            .mapToDouble(Double::doubleValue)
                            .toArray());
            assertThat(curves.lowPass().images())
                    .isEqualTo(EXPECTED.get("images").asLong());
            assertThat(curves.lowPass().accuracy()[2]).isEqualTo(25 / 30.0);
            // So no rounding can change a class.
            assertThat(toy.smallestMargin())
                    .isCloseTo(EXPECTED.get("smallest_top2_margin").asDouble(), within(1e-5));
        }
    }

    @Test
    void noiseOfARing() {
        try (PointerScope scope = new PointerScope();
                BandNoise noise = new BandNoise(SIZE, SIZE, 3, 4, 1, cpu)) {
            Tensor white = Tensors.slice(toy.get("white"), 0, 0, 2);
            assertThat(Golden.largestDifference(noise.of(white), toy.get("ring_noise_3")))
                    .isLessThan(1e-6);
        }
    }

    /** In each channel of each image, by its spectrum. */
    @Test
    void noiseHasItsNormAndOnlyFrequenciesOfItsRing() {
        try (PointerScope scope = new PointerScope();
                BandNoise noise = new BandNoise(14, 21, 2, 4, 2.5, cpu)) {
            Tensor ring = noise.of(BandNoise.white(14, 21, 9).apply(new int[] {4, 0, 7}));
            double[] norms = Tensors.toDoubles(ring.norm(new ScalarOptional(new Scalar(2)), new long[] {2, 3}, false));
            assertThat(norms).hasSize(9).containsExactly(doubles(9, 2.5), within(1e-5));
            RadialEnergy energy = new RadialEnergy(14, 21);
            energy.add(ring);
            double[] rings = energy.energy();
            double inside = 9 * 2.5 * 2.5;
            assertThat(rings[2] + rings[3]).isCloseTo(inside, within(1e-4));
            assertThat(energy.lowShare(2)).isLessThan(1e-9);
            assertThat(energy.lowShare(4)).isCloseTo(1, within(1e-9));
        }
    }

    private static double[] doubles(int count, double value) {
        return IntStream.range(0, count).mapToDouble(i -> value).toArray();
    }

    @Test
    void whiteNoiseFollowsFromTheImageAlone() {
        try (PointerScope scope = new PointerScope()) {
            Tensor all = BandNoise.white(4, 5, 1).apply(new int[] {8, 9, 10});
            Tensor one = BandNoise.white(4, 5, 1).apply(new int[] {9});
            assertThat(Golden.largestDifference(one.squeeze(0), all.select(0, 1)))
                    .isZero();
            assertThat(Golden.largestDifference(all.select(0, 0), all.select(0, 1)))
                    .isGreaterThan(0.1);
            Tensor other = BandNoise.white(4, 5, 2).apply(new int[] {9});
            assertThat(Golden.largestDifference(one, other)).isGreaterThan(0.1);
        }
    }

    @Test
    void theUsualSettingsReachFromBlackToHalfTheSide() {
        BandCurves.Settings settings = BandCurves.Settings.of(224, 256, 3);
        assertThat(settings.radii()).hasSize(17).startsWith(0.0, 7.0).endsWith(112.0);
        assertThat(settings.rings()).isEqualTo(settings.radii());
        assertThat(settings.norm()).isEqualTo(FourierNorm.of(224, 256));
        try (PointerScope scope = new PointerScope();
                BandCurves curves =
                        new BandCurves(toy::logits, SIZE, SIZE, BandCurves.Settings.of(SIZE, SIZE, 3), cpu)) {
            add(curves, 0, 30);
            assertThat(curves.highPass().correct()[0])
                    .isEqualTo(Golden.json("heatmap").get("clean_correct").asLong());
            assertThat(curves.lowPass().correct()[0]).isEqualTo(10);
            assertThat(curves.noise().radii()).hasSize(17);
        }
    }

    @Test
    void bandsWithoutFrequenciesAreRefused() {
        assertThatThrownBy(() -> new BandNoise(8, 8, 6, 7, 1, cpu))
                .hasMessage("no frequency of images of 8 x 8 pixels is from 6.0 to below 7.0 bins from DC");
        BandCurves.Settings tooFar = new BandCurves.Settings(List.of(1.0), List.of(2.0, 20.0), 1, 1, 0);
        assertThatThrownBy(() -> new BandCurves(toy::logits, 8, 8, tooFar, cpu))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("20.0 to below 21.0");
        assertThatThrownBy(() -> new BandCurves.Settings(List.of(-1.0), List.of(), 1, 1, 0))
                .isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> new BandCurves.Settings(List.of(), List.of(), 0, 1, 0))
                .hasMessageContaining("width 0.0");
        assertThatThrownBy(() -> new BandCurves.Settings(List.of(), List.of(), 1, Double.NaN, 0))
                .hasMessageContaining("norm NaN");
    }
}

package io.bandpass.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.DenoiseConfig;
import io.bandpass.config.MaskConfig;
import io.bandpass.config.SuperResolutionConfig;
import io.bandpass.frequency.RadialEnergy;
import io.bandpass.pretext.Degradation;
import io.bandpass.pretext.TaskInputs;
import io.bandpass.robust.TaskSpectra.Curve;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

final class TaskSpectraTest {
    private static final int SIZE = 32;
    private static final int RADIUS = 5;

    private final Device cpu = new Device("cpu");

    private static Tensor images(int count) {
        return torch.rand(new long[] {count, 3, SIZE, SIZE}, KeyedRandom.generator(5));
    }

    /** What a function makes of images. */
    private static Degradation of(UnaryOperator<Tensor> function) {
        return new Degradation() {
            @Override
            public Tensor apply(Tensor unitImages, long epoch, int[] indices) {
                return function.apply(unitImages);
            }

            @Override
            public String describe(long epoch, int index) {
                return "";
            }
        };
    }

    /** Without the clamp, which has frequencies of its own; at the radius the window mixes neighbours. */
    @Test
    void masksKeepTheRingsInsideOrOutsideTheirRadius() {
        MaskConfig mask = new MaskConfig(OptionalDouble.of(RADIUS), OptionalDouble.empty(), 0.5, false);
        try (PointerScope scope = new PointerScope();
                Degradation low = TaskInputs.maskedFrequencies(mask, SIZE, true, 1, cpu);
                Degradation high = TaskInputs.maskedFrequencies(mask, SIZE, false, 1, cpu)) {
            Map<String, Degradation> tasks = new LinkedHashMap<>();
            tasks.put("low", low);
            tasks.put("high", high);
            TaskSpectra spectra = new TaskSpectra(SIZE, tasks);
            spectra.add(images(3), new int[] {0, 1, 2});
            spectra.add(images(2), new int[] {3, 4});
            assertThat(spectra.images()).isEqualTo(5);
            List<Curve> curves = spectra.curves();
            assertThat(curves).extracting(Curve::task).containsExactly("low", "high");
            for (int k = 0; k < curves.get(0).kept().length; k++) {
                if (k >= RADIUS - 2 && k <= RADIUS + 1) {
                    assertThat(curves.get(0).kept()[k]).isStrictlyBetween(0.0, 1.0);
                    assertThat(curves.get(1).kept()[k]).isStrictlyBetween(0.0, 1.0);
                    continue;
                }
                double inside = k < RADIUS ? 1 : 0;
                assertThat(curves.get(0).kept()[k]).as("ring %d", k).isCloseTo(inside, within(1e-5));
                assertThat(curves.get(0).changed()[k]).isCloseTo(1 - inside, within(1e-5));
                assertThat(curves.get(1).kept()[k]).isCloseTo(1 - inside, within(1e-5));
                assertThat(curves.get(1).changed()[k]).isCloseTo(inside, within(1e-5));
            }
        }
    }

    /** White noise has the same power everywhere. */
    @Test
    void noiseAddsTheSamePowerToEveryRing() {
        DenoiseConfig config = new DenoiseConfig(51, List.of(), 0, List.of(0.05, 3.0), 0);
        try (PointerScope scope = new PointerScope();
                Degradation noise = TaskInputs.restoration(config, SIZE, 1)) {
            Tensor images = images(40);
            int[] indices = new int[40];
            Arrays.setAll(indices, i -> i);
            TaskSpectra spectra = new TaskSpectra(SIZE, Map.of("noise", noise));
            spectra.add(images, indices);
            Curve curve = spectra.curves().get(0);
            // Of variance 0.04, on images that are white noise of variance 1/12 but for DC and its neighbours.
            for (int k = 2; k <= SIZE / 2; k++) {
                assertThat(curve.changed()[k]).as("ring %d", k).isCloseTo(0.48, within(0.08));
                assertThat(curve.kept()[k]).as("ring %d", k).isCloseTo(1.48, within(0.15));
            }
        }
    }

    /** A ramp jumps from its right edge to its left one, which is no frequency of the image. */
    @Test
    void theStepBetweenOppositeEdgesIsNotCounted() {
        try (PointerScope scope = new PointerScope();
                Degradation smaller = TaskInputs.restoration(new SuperResolutionConfig(4), SIZE, 1)) {
            float[] columns = new float[SIZE];
            for (int x = 0; x < SIZE; x++) {
                columns[x] = 0.1f + 0.8f * x / SIZE;
            }
            Tensor texture = Tensors.multiply(images(2), 0.02);
            Tensor ramps = texture.add(Tensors.ofFloats(columns, 1, 1, 1, SIZE));
            TaskSpectra spectra = new TaskSpectra(SIZE, Map.of("smaller", smaller));
            spectra.add(ramps, new int[] {0, 1});
            RadialEnergy before = new RadialEnergy(SIZE, SIZE);
            RadialEnergy after = new RadialEnergy(SIZE, SIZE);
            before.add(ramps);
            after.add(smaller.apply(ramps, 0, new int[] {0, 1}));
            int high = 14;
            assertThat(after.energy()[high] / before.energy()[high]).isGreaterThan(0.3);
            assertThat(spectra.curves().get(0).kept()[high]).isLessThan(0.02);
        }
    }

    @Test
    void energyIsTheSquareOfTheAmplitude() {
        try (PointerScope scope = new PointerScope()) {
            TaskSpectra spectra = new TaskSpectra(SIZE, Map.of("half", of(images -> Tensors.multiply(images, 0.5))));
            spectra.add(images(2), new int[] {0, 1});
            Curve curve = spectra.curves().get(0);
            for (int k = 0; k < curve.kept().length; k++) {
                assertThat(curve.kept()[k]).isCloseTo(0.25, within(1e-5));
                assertThat(curve.changed()[k]).isCloseTo(0.25, within(1e-5));
            }
        }
    }

    /** A flat image has nothing but DC and, by the window, its neighbours. */
    @Test
    void whereImagesHaveNoEnergyThereIsNoRatio() {
        try (PointerScope scope = new PointerScope()) {
            TaskSpectra spectra = new TaskSpectra(4, Map.of("same", of(images -> images)));
            assertThatThrownBy(spectra::curves).isInstanceOf(IllegalStateException.class);
            spectra.add(Tensors.add(Tensors.zeros(ScalarType.Float, 1, 3, 4, 4), 0.5), new int[] {0});
            Curve curve = spectra.curves().get(0);
            assertThat(curve.kept()).hasSize(3);
            assertThat(curve.kept()[0]).isEqualTo(1);
            assertThat(curve.changed()[0]).isZero();
            assertThat(curve.kept()[1]).isEqualTo(1);
            assertThat(curve.kept()[2]).isNaN();
            assertThat(curve.changed()[2]).isNaN();
        }
    }
}

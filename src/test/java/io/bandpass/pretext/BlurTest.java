package io.bandpass.pretext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.ConfigException;
import io.bandpass.config.DeblurConfig;
import io.bandpass.format.TensorFile;
import io.bandpass.pretext.BlurKernel.Profile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlurTest {
    private static final int DRAWS = 20_000;

    @ParameterizedTest
    @ValueSource(ints = {7, 15, 21})
    void equalsTheAuthorsImages(int size) {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("degradations")) {
            Tensor image = golden.get("img01").unsqueeze(0);
            Tensor expected = golden.get("blur_iso5_k" + size);
            Tensor exact = new Blur(Restorations.gaussian(size), 64, 0).apply(image, 0, new int[] {0});
            assertThat(Golden.largestDifference(exact.squeeze(0), expected)).isLessThan(7e-7);
        }
    }

    @Test
    void isACorrelationThatReflectsWithoutRepeatingTheEdgeAndDoesNotClamp() {
        try (PointerScope scope = new PointerScope()) {
            int height = 12;
            int width = 17;
            DeblurConfig config = Restorations.everyFamily();
            Blur blur = new Blur(config, height, 4);
            BlurSampler sampler = new BlurSampler(config, 4);
            int n = 24;
            int[] indices = new int[n];
            for (int i = 0; i < n; i++) {
                indices[i] = 7 * i;
            }
            Tensor images = Restorations.images(n, height, width).round();
            float[] before = Tensors.toFloats(images);
            float[] after = Tensors.toFloats(blur.apply(images, 2, indices));
            boolean beyond = false;
            for (int map = 0; map < 3 * n; map++) {
                BlurKernel kernel = sampler.draw(2, indices[map / 3]);
                for (int row = 0; row < height; row++) {
                    for (int column = 0; column < width; column++) {
                        int start = map * height * width;
                        double expected = correlate(before, start, height, width, row, column, kernel);
                        float actual = after[start + row * width + column];
                        assertThat((double) actual).isCloseTo(expected, within(2e-6));
                        beyond |= actual < -0.01 || actual > 1.01;
                    }
                }
            }
            // Only sinc kernels are negative somewhere.
            assertThat(beyond).isTrue();
        }
    }

    private static double correlate(
            float[] pixels, int start, int height, int width, int row, int column, BlurKernel kernel) {
        double[] values = kernel.values();
        int size = kernel.size();
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            int y = reflected(row + i / size - size / 2, height);
            int x = reflected(column + i % size - size / 2, width);
            sum += values[i] * pixels[start + y * width + x];
        }
        return sum;
    }

    private static int reflected(int position, int length) {
        int inside = Math.abs(position);
        return inside < length ? inside : 2 * (length - 1) - inside;
    }

    @ParameterizedTest
    @CsvSource({"32, 32", "224, 224", "11, 13", "33, 47"})
    void anImageDoesNotDependOnItsBatch(int height, int width) {
        try (PointerScope scope = new PointerScope()) {
            Blur blur = new Blur(Restorations.everyFamily(), Math.min(height, width), 9);
            assertThat(Restorations.sameAloneAndInBatch(blur, Restorations.images(7, height, width)))
                    .isTrue();
        }
    }

    @Test
    void drawsDependOnSeedEpochAndIndexAlone() {
        DeblurConfig config = Restorations.everyFamily();
        BlurSampler sampler = new BlurSampler(config, 1);
        BlurKernel drawn = sampler.draw(5, 77);
        assertThat(new BlurSampler(config, 1).draw(5, 77)).isEqualTo(drawn);
        assertThat(sampler.draw(6, 77)).isNotEqualTo(drawn);
        assertThat(sampler.draw(5, 78)).isNotEqualTo(drawn);
        assertThat(new BlurSampler(config, 2).draw(5, 77)).isNotEqualTo(drawn);
        assertThat(new Blur(config, 64, 1).describe(5, 77)).isEqualTo(drawn.describe());
    }

    @Test
    void sizesAndFamiliesComeAsOftenAsTheyShould() {
        BlurSampler sampler = new BlurSampler(Restorations.everyFamily(), 0);
        Map<Profile, Integer> profiles = new EnumMap<>(Profile.class);
        Map<Integer, Integer> sizes = new TreeMap<>();
        int anisotropic = 0;
        for (int i = 0; i < DRAWS; i++) {
            BlurKernel kernel = sampler.draw(0, i);
            profiles.merge(kernel.profile(), 1, Integer::sum);
            sizes.merge(kernel.size(), 1, Integer::sum);
            anisotropic += kernel.sigma1() != kernel.sigma2() ? 1 : 0;
        }
        assertThat(share(profiles.getOrDefault(Profile.GAUSSIAN, 0))).isCloseTo(0.6, within(0.02));
        assertThat(share(profiles.getOrDefault(Profile.GENERALISED, 0))).isCloseTo(0.15, within(0.02));
        assertThat(share(profiles.getOrDefault(Profile.PLATEAU, 0))).isCloseTo(0.15, within(0.02));
        assertThat(share(profiles.getOrDefault(Profile.SINC, 0))).isCloseTo(0.1, within(0.02));
        assertThat(share(anisotropic)).isCloseTo(0.3, within(0.02));
        assertThat(sizes.keySet()).isEqualTo(Set.of(7, 9, 11, 13, 15, 17, 19, 21));
        assertThat(sizes.values()).allSatisfy(count -> assertThat(share(count)).isCloseTo(0.125, within(0.02)));
    }

    private static double share(int count) {
        return count / (double) DRAWS;
    }

    @ParameterizedTest
    @CsvSource({
        "aniso, 7, 0, 0",
        "generalised-iso, 7, 0.5, 4",
        "plateau-aniso, 7, 1, 2",
        "sinc, 11, 1.0471975511965976, 3.141592653589793",
        "sinc, 13, 0.6283185307179586, 3.141592653589793"
    })
    void parametersFillTheirRanges(String family, int size, double low, double high) {
        DeblurConfig config = Restorations.blur(List.of(size), List.of(family), List.of(1.0), List.of(0.2, 3.0));
        BlurSampler sampler = new BlurSampler(config, 0);
        double[] sigma1 = new double[DRAWS];
        double[] sigma2 = new double[DRAWS];
        double[] rotation = new double[DRAWS];
        double[] parameter = new double[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            BlurKernel kernel = sampler.draw(1, i);
            sigma1[i] = kernel.sigma1();
            sigma2[i] = kernel.sigma2();
            rotation[i] = kernel.rotation();
            parameter[i] = kernel.parameter();
        }
        if (high > 0) {
            fills(parameter, low, high);
        }
        if (!family.equals("sinc")) {
            fills(sigma1, 0.2, 3);
            fills(sigma2, 0.2, 3);
        }
        if (family.endsWith("aniso")) {
            fills(rotation, 0, Math.PI);
            assertThat(sigma1).isNotEqualTo(sigma2);
        }
    }

    /** Uniform: within the range, near both ends, and its mean in the middle. */
    private static void fills(double[] values, double low, double high) {
        double sum = 0;
        double least = high;
        double most = low;
        for (double value : values) {
            sum += value;
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        double hair = 0.01 * (high - low);
        assertThat(least).isBetween(low, low + hair);
        assertThat(most).isBetween(high - hair, high);
        assertThat(sum / values.length).isCloseTo((low + high) / 2, within(hair));
    }

    @Test
    void aKernelThatIsTooLargeForTheImageIsRefused() {
        DeblurConfig config = Restorations.gaussian(7, 21);
        new Blur(config, 11, 0).close();
        assertThatThrownBy(() -> new Blur(config, 10, 0))
                .isInstanceOf(ConfigException.class)
                .hasMessage("task.kernel-sizes has 21, but must hold at most 19 for images of 10 pixels: the edge is"
                        + " padded with the image's own reflection");
    }
}

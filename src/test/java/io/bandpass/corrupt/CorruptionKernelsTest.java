package io.bandpass.corrupt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.format.TensorFile;
import io.bandpass.image.PictureScaling;
import io.bandpass.image.RgbBytes;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of the corruptions against SciPy, scikit-image, OpenCV, Pillow and the published scripts. */
final class CorruptionKernelsTest {
    private static final double TOLERANCE = 1e-6;

    private PointerScope scope;
    private TensorFile golden;

    @BeforeEach
    void read() {
        scope = new PointerScope();
        golden = Golden.tensors("corruptions");
    }

    @AfterEach
    void close() {
        golden.close();
        scope.close();
    }

    private double[] values(String name) {
        return Tensors.toDoubles(golden.get(name));
    }

    /** A stored matrix (h, w) as one channel. */
    private Raster raster(String name) {
        Tensor matrix = golden.get(name);
        double[] values = Tensors.toDoubles(matrix);
        Raster raster = Raster.blank((int) matrix.size(0), (int) matrix.size(1), 1);
        for (int i = 0; i < values.length; i++) {
            raster.rows()[i / raster.width()][i % raster.width()] = values[i];
        }
        return raster;
    }

    private static float[] flat(Raster raster) {
        float[] flat = new float[raster.height() * raster.width()];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = (float) raster.rows()[i / raster.width()][i % raster.width()];
        }
        return flat;
    }

    private static double[][] doubles(float[][] rows) {
        double[][] result = new double[rows.length][rows[0].length];
        for (int y = 0; y < rows.length; y++) {
            for (int x = 0; x < result[y].length; x++) {
                result[y][x] = rows[y][x];
            }
        }
        return result;
    }

    @ParameterizedTest
    @CsvSource({"224, IMAGENET", "32, CIFAR"})
    void disksAreThePublishedOnes(int side, CorruptionScale scale) {
        for (int level = 1; level <= Severity.LEVELS; level++) {
            DefocusBlur.Setting setting = DefocusBlur.PARAMETERS.at(new Severity(level, scale));
            float[][] kernel = DiskKernel.of(setting.radius(), setting.smoothing());
            Tensor expected = golden.get("k.disk" + side + "_" + level);
            assertThat(kernel.length).isEqualTo((int) expected.size(0));
            assertThat(GoldenCorruption.largest(doubles(kernel), expected, 1)).isLessThan(TOLERANCE);
        }
    }

    @Test
    void disksOfTheHighestSeveritiesBrighten() {
        double[] sums = {1, 1, 1, 1.012975, 1.010786};
        for (int level = 1; level <= Severity.LEVELS; level++) {
            DefocusBlur.Setting setting = DefocusBlur.PARAMETERS.at(new Severity(level, CorruptionScale.IMAGENET));
            double sum = 0;
            for (float[] row : DiskKernel.of(setting.radius(), setting.smoothing())) {
                for (float weight : row) {
                    sum += weight;
                }
            }
            assertThat(sum).isEqualTo(sums[level - 1], within(TOLERANCE));
        }
    }

    @ParameterizedTest
    @CsvSource({"224, IMAGENET", "32, CIFAR"})
    void tapsOfTheMotionBlurArePublished(int side, CorruptionScale scale) {
        JsonNode angles = Golden.json("corruptions").get("angles").get("motion");
        double nearestToHalf = 1;
        for (int level = 1; level <= Severity.LEVELS; level++) {
            MotionBlur.Setting setting = MotionBlur.PARAMETERS.at(new Severity(level, scale));
            double degrees = angles.get(level - 1).asDouble();
            MotionTaps taps = MotionTaps.of(setting.radius(), setting.sigma(), degrees);
            String name = "k.motion" + side + "_" + level;
            assertThat(taps.weights()).containsExactly(values(name), within(TOLERANCE));
            long[] offsets = Tensors.toLongs(golden.get(name + "_offsets"));
            assertThat(offsets).hasSize(2 * taps.dx().length);
            for (int i = 0; i < taps.dx().length; i++) {
                assertThat(new long[] {taps.dx()[i], taps.dy()[i]})
                        .isEqualTo(new long[] {offsets[2 * i], offsets[2 * i + 1]});
                nearestToHalf = Math.min(nearestToHalf, distanceFromHalf(i * Math.cos(Math.toRadians(degrees))));
                nearestToHalf = Math.min(nearestToHalf, distanceFromHalf(i * Math.sin(Math.toRadians(degrees))));
            }
        }
        assertThat(nearestToHalf)
                .isEqualTo(spatial(side, "motion_distance_of_tap_positions_from_a_half"), within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"224, IMAGENET", "32, CIFAR"})
    void tapsOfSnowStayAwayFromHalfPixels(int side, CorruptionScale scale) {
        JsonNode angles = Golden.json("corruptions").get("angles").get("snow");
        double nearest = 1;
        for (int level = 1; level <= Severity.LEVELS; level++) {
            double radians = Math.toRadians(angles.get(level - 1).asDouble());
            int taps = 2 * Snow.PARAMETERS.at(new Severity(level, scale)).radius() + 1;
            for (int i = 0; i < taps; i++) {
                nearest = Math.min(nearest, distanceFromHalf(i * Math.cos(radians)));
                nearest = Math.min(nearest, distanceFromHalf(i * Math.sin(radians)));
            }
        }
        assertThat(nearest).isEqualTo(spatial(side, "snow_distance_of_tap_positions_from_a_half"), within(1e-12));
    }

    private static double distanceFromHalf(double position) {
        return Math.abs(position - Math.floor(position) - 0.5);
    }

    private static double spatial(int side, String name) {
        return Golden.json("corruptions").get("spatial" + side).get(name).asDouble();
    }

    @ParameterizedTest
    @CsvSource({"0.25, 4", "0.4, 4", "1, 4", "6, 4", "2.44, 3", "19.52, 3"})
    void gaussianTapsAreThoseOfSciPy(String sigma, int truncate) {
        double[] expected = values("k.gauss_" + sigma + "_t" + truncate);
        double[] half = GaussianFilter.taps(Double.parseDouble(sigma), truncate);
        assertThat(expected).hasSize(2 * half.length - 1);
        for (int i = 0; i < expected.length; i++) {
            assertThat(half[Math.abs(i - half.length + 1)]).isEqualTo(expected[i], within(1e-12));
        }
    }

    @ParameterizedTest
    @CsvSource({"1.3, 4, NEAREST, nearest", "3.0, 3, REFLECT, reflect", "40.0, 3, REFLECT, reflect"})
    void smoothingIsThatOfSciPy(String sigma, double truncate, Border border, String mode) {
        Raster smooth = new GaussianFilter(Double.parseDouble(sigma), truncate, border).apply(raster("k.small"));
        Tensor expected = golden.get("k.blur_" + sigma + "_" + mode);
        assertThat(GoldenCorruption.largest(smooth.rows(), expected, 1)).isLessThan(1e-12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "1.13", "2.25"})
    void zoomIsThatOfSciPy(String factor) {
        double zoom = Double.parseDouble(factor);
        float[][] small = floats(raster("k.small"));
        ZoomAxis axis = ZoomAxis.whole(small.length, zoom);
        float[][] whole = new float[axis.length()][axis.length()];
        new Zoom(axis, axis).add(small, 1, whole);
        Tensor expected = golden.get("k.zoom_" + factor);
        assertThat(expected.size(0)).isEqualTo(axis.length());
        assertThat(GoldenCorruption.largest(doubles(whole), expected, 1)).isLessThan(TOLERANCE);
        float[][] clipped = new float[small.length][small.length];
        Zoom.clipped(small.length, small.length, zoom).add(small, 1, clipped);
        assertThat(GoldenCorruption.largest(doubles(clipped), golden.get("k.clipped_zoom_" + factor), 1))
                .isLessThan(TOLERANCE);
    }

    private static float[][] floats(Raster raster) {
        float[] flat = flat(raster);
        float[][] rows = new float[raster.height()][raster.width()];
        for (int i = 0; i < flat.length; i++) {
            rows[i / raster.width()][i % raster.width()] = flat[i];
        }
        return rows;
    }

    @Test
    void samplingIsThatOfSciPyAlsoFarOutside() {
        double[] positions = values("k.map_yx");
        double[] expected = values("k.map_values");
        BilinearSampler sampler = new BilinearSampler(raster("k.small"), Border.REFLECT);
        double[] result = new double[expected.length];
        for (int i = 0; i < result.length; i++) {
            sampler.sample(positions[i], positions[expected.length + i], result, i);
        }
        assertThat(result).containsExactly(expected, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.0", "1.4"})
    void plasmaIsThePublishedOne(String decay) {
        float[] uniform = Tensors.toFloats(golden.get("k.plasma8_u_" + decay));
        double[][] plasma = PlasmaMap.draw(8, Double.parseDouble(decay), new GivenDraws().symmetric(uniform));
        assertThat(GoldenCorruption.largest(plasma, golden.get("k.plasma8_" + decay), 1))
                .isLessThan(TOLERANCE);
    }

    @Test
    void boxResizeIsThatOfPillow() {
        RgbBytes part = RgbBytes.of(golden.get("img32_u8").narrow(1, 0, 9).narrow(2, 0, 11));
        RgbBytes small = BoxResize.apply(part, 5, 7);
        assertThat(GoldenCorruption.largest(small, golden.get("k.box_9x11_to_5x7"), 1))
                .isZero();
        assertThat(GoldenCorruption.largest(BoxResize.apply(small, 9, 11), golden.get("k.box_up"), 1))
                .isZero();
    }

    @Test
    void hueSaturationAndValueAreThoseOfScikitImage() {
        double[] colours = values("k.rgb");
        Hsv.fromRgb(colours);
        assertThat(colours).containsExactly(values("k.hsv"), within(1e-12));
        Hsv.toRgb(colours);
        assertThat(colours).containsExactly(values("k.rgb"), within(1e-12));
    }

    @Test
    void picturesAreScaledAsByOpenCv() {
        RgbBytes texture = RgbBytes.of(golden.get("frost.texture"));
        assertThat(GoldenCorruption.largest(PictureScaling.linear(texture, 0.2), golden.get("k.frost_resize_0.2"), 1))
                .isLessThanOrEqualTo(1);
        RgbBytes part = RgbBytes.of(golden.get("frost.texture").narrow(1, 0, 40).narrow(2, 0, 60));
        assertThat(GoldenCorruption.largest(PictureScaling.cubic(part, 44, 66), golden.get("k.frost_resize_cubic"), 1))
                .isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {224, 32})
    void affineMapsAreThoseOfOpenCv(int side) {
        JsonNode matrices = Golden.json("corruptions").get("spatial" + side).get("elastic_matrix");
        for (int level = 1; level <= Severity.LEVELS; level++) {
            ElasticTransform.Setting setting =
                    ElasticTransform.setting(GoldenCorruption.severity(level, side), side, side);
            AffineMap map = affine(side, setting);
            double[] actual = {map.a(), map.b(), map.c(), map.d(), map.e(), map.f()};
            for (int i = 0; i < actual.length; i++) {
                double expected = matrices.get(level - 1).get(i / 3).get(i % 3).asDouble();
                assertThat(actual[i])
                        .as(String.format(Locale.ROOT, "severity %d, %d", level, i))
                        .isEqualTo(expected, within(1e-5));
            }
        }
    }

    private AffineMap affine(int side, ElasticTransform.Setting setting) {
        float[] moves = Tensors.toFloats(golden.get("rand" + side + ".u6"));
        return ElasticTransform.affine(side, side, setting, new GivenDraws().symmetric(moves));
    }

    @Test
    void theAffineStepIsThatOfOpenCv() {
        ElasticTransform.Setting setting = ElasticTransform.setting(GoldenCorruption.severity(5, 32), 32, 32);
        Raster warped = affine(32, setting).warp(Raster.ofUnit(RgbBytes.of(golden.get("img32_u8"))));
        for (int channel : List.of(0, 1, 2)) {
            double[][] plane = new double[32][32];
            for (int y = 0; y < 32; y++) {
                for (int x = 0; x < 32; x++) {
                    plane[y][x] = warped.rows()[y][3 * x + channel];
                }
            }
            Tensor expected = golden.get("k.elastic32_affine").select(0, channel);
            assertThat(GoldenCorruption.largest(plane, expected, 1)).isLessThan(TOLERANCE);
        }
    }

    @ParameterizedTest
    @CsvSource({"NEAREST, 0 0 0 0 1 2 2 2 2", "REFLECT, 2 1 0 0 1 2 2 1 0", "REFLECT_101, 1 2 1 0 1 2 1 0 1"})
    void bordersContinueTheImage(Border border, String indices) {
        String[] expected = indices.split(" ", -1);
        for (int i = 0; i < expected.length; i++) {
            assertThat(border.index(i - 3, 3)).isEqualTo(Integer.parseInt(expected[i]));
        }
    }
}

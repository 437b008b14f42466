package io.bandpass.corrupt;

import static io.bandpass.corrupt.GoldenCorruption.assertNear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.format.TensorFile;
import io.bandpass.image.RgbBytes;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every corruption against the published scripts, with the same random numbers. */
final class GoldenCorruptionsTest {
    /** Share of values that may be truncated to another level. */
    private static final double TRUNCATED = 0.005;

    private static final double DISPLACED = 0.02;

    /**
     * At 0 degrees all taps of the last column meet one colour, which the last bit of the weights, and so of NumPy's
     * exponential function, truncates to the level below or not.
     */
    private static final double ONE_COLOUR = 0.01;

    private static final JsonNode NUMBERS = Golden.json("corruptions");

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

    private static Corruption corruption(String name) {
        return Corruptions.withoutPictures().named(name).corruption();
    }

    private static int step(int side) {
        return side == 224 ? 4 : 1;
    }

    private RgbBytes image(int side) {
        return GoldenCorruption.image(golden, "img" + side + "_u8");
    }

    private Tensor expected(String name, int level) {
        Tensor all = golden.get(name);
        assertThat(all.size(0)).isEqualTo(Severity.LEVELS);
        return all.select(0, level - 1);
    }

    private float[] floats(String name) {
        return Tensors.toFloats(golden.get(name));
    }

    private byte[] bytes(String name) {
        float[] values = floats(name);
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (int) values[i];
        }
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({
        "contrast, 0.005, 1",
        "brightness, 0.005, 1",
        "saturate, 0.005, 1",
        "gaussian_blur, 0.005, 1",
        "defocus_blur, 0.005, 1",
        "zoom_blur, 0.005, 1",
        "pixelate, 0, 0",
        "jpeg_compression, 1, 2"
    })
    void withoutDraws(String name, double share, int levels) {
        for (int side : List.of(224, 32)) {
            RgbBytes image = image(side);
            byte[] before = image.values().clone();
            for (int level = 1; level <= Severity.LEVELS; level++) {
                RgbBytes result =
                        corruption(name).apply(image, GoldenCorruption.severity(level, side), new GivenDraws());
                String which = name + " " + side + " " + level;
                assertNear(result, expected("det" + side + "." + name, level), step(side), levels, share, which);
            }
            assertThat(image.values()).isEqualTo(before);
        }
    }

    @Test
    void theOthersAllDraw() {
        List<String> without = StreamSupport.stream(NUMBERS.get("deterministic").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        RgbBytes image = image(32);
        Set<String> drawing = new TreeSet<>();
        for (NamedCorruption corruption : Corruptions.withoutPictures().all()) {
            if (!Arrays.equals(
                    corruption.apply(image, 3, 1, 0).values(),
                    corruption.apply(image, 3, 1, 1).values())) {
                drawing.add(corruption.name());
            }
        }
        assertThat(drawing).doesNotContainAnyElementsOf(without);
        assertThat(drawing.size() + without.size())
                .isEqualTo(Corruptions.withoutPictures().all().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"contrast", "brightness", "saturate", "gaussian_blur", "defocus_blur", "zoom_blur"})
    void beforeTruncation(String name) {
        UnitCorruption corruption = (UnitCorruption) corruption(name);
        Tensor all = golden.get("det32f." + name);
        for (int i = 0; i < 3; i++) {
            Severity severity = GoldenCorruption.severity(1 + 2 * i, 32);
            Raster result = corruption.corrupt(Raster.ofUnit(image(32)), severity, new GivenDraws());
            float[] expected = GoldenCorruption.interleaved(all.select(0, i));
            for (int k = 0; k < expected.length; k++) {
                double value = result.rows()[k / (32 * 3)][k % (32 * 3)];
                double level = Math.max(0, Math.min(1, value)) * 255;
                assertThat(level).isEqualTo(expected[k], within(2e-3));
            }
        }
    }

    @Test
    void storedAsJpeg() {
        RgbBytes image = image(224);
        assertNear(StoredAsJpeg.apply(image), golden.get("jpeg85.clean224"), 4, 2, 1, "clean");
        RgbBytes bright =
                corruption("brightness").apply(image, new Severity(3, CorruptionScale.IMAGENET), new GivenDraws());
        assertNear(StoredAsJpeg.apply(bright), golden.get("jpeg85.brightness_3"), 4, 2, 1, "brightness");
    }

    @ParameterizedTest
    @CsvSource({"64, IMAGENET", "32, CIFAR"})
    void noises(int side, CorruptionScale scale) {
        RgbBytes image = image(side);
        String file = "noise" + side + ".";
        float[] normal = GoldenCorruption.interleaved(golden.get(file + "normal"));
        float[] replaced = GoldenCorruption.interleaved(golden.get(file + "u1"));
        float[] white = GoldenCorruption.interleaved(golden.get(file + "u2"));
        for (int level = 1; level <= Severity.LEVELS; level++) {
            float[] stored = GoldenCorruption.interleaved(expected(file + "poisson", level));
            int[] counts = new int[stored.length];
            for (int i = 0; i < counts.length; i++) {
                counts[i] = (int) stored[i];
            }
            Severity severity = new Severity(level, scale);
            noise("gaussian_noise", image, severity, new GivenDraws().normal(normal), file);
            noise("speckle_noise", image, severity, new GivenDraws().normal(normal), file);
            noise("shot_noise", image, severity, new GivenDraws().counts(counts), file);
            noise(
                    "impulse_noise",
                    image,
                    severity,
                    new GivenDraws().uniform(replaced).uniform(white),
                    file);
        }
    }

    private void noise(String name, RgbBytes image, Severity severity, GivenDraws draws, String file) {
        RgbBytes result = corruption(name).apply(image, severity, draws);
        draws.assertAllTaken();
        assertNear(result, expected(file + name, severity.level()), 1, TRUNCATED, name + severity);
    }

    @ParameterizedTest
    @ValueSource(ints = {224, 32})
    void glass(int side) {
        for (int level = 1; level <= Severity.LEVELS; level++) {
            GivenDraws draws = new GivenDraws().offsets(bytes("rand" + side + ".glass_bytes"));
            check("glass_blur", corruption("glass_blur"), side, level, draws, DISPLACED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {224, 32})
    void motion(int side) {
        for (int level = 1; level <= Severity.LEVELS; level++) {
            double share = level == 3 ? ONE_COLOUR : TRUNCATED;
            check("motion_blur", corruption("motion_blur"), side, level, angle("motion", level), share);
        }
    }

    private static GivenDraws angle(String which, int level) {
        return new GivenDraws()
                .angle(NUMBERS.get("angles").get(which).get(level - 1).asDouble());
    }

    private void check(String name, Corruption corruption, int side, int level, GivenDraws draws, double share) {
        RgbBytes result = corruption.apply(image(side), GoldenCorruption.severity(level, side), draws);
        draws.assertAllTaken();
        Tensor expected = expected("rand" + side + "." + name, level);
        assertNear(result, expected, step(side), share, name + " " + side + " " + level);
    }

    @ParameterizedTest
    @ValueSource(ints = {224, 32})
    void snow(int side) {
        String file = "rand" + side + ".";
        for (int level = 1; level <= Severity.LEVELS; level++) {
            float[] normal = floats(file + "z");
            Snow.Setting setting = Snow.PARAMETERS.at(GoldenCorruption.severity(level, side));
            float[][] noise = Snow.noise(side, side, setting, new GivenDraws().normal(normal));
            double margin = 1;
            for (float[] row : noise) {
                for (float value : row) {
                    margin = Math.min(margin, Math.abs(value - setting.threshold()));
                }
            }
            // The noise is float32 here, which moves it by up to 1.2e-7.
            double expected = NUMBERS.get("spatial" + side)
                    .get("snow_margin")
                    .get(level - 1)
                    .asDouble();
            assertThat(margin).isEqualTo(expected, within(2e-7));
            Raster flakes = Snow.flakes(noise, setting);
            levels(flakes, expected(file + "snow_layer", level), step(side));
            double angle = NUMBERS.get("angles").get("snow").get(level - 1).asDouble();
            levels(Snow.blurred(flakes, setting, angle), expected(file + "snow_blurred", level), step(side));
            check("snow", corruption("snow"), side, level, angle("snow", level).normal(normal), TRUNCATED);
        }
    }

    private static void levels(Raster actual, Tensor expected, int step) {
        assertThat(GoldenCorruption.largest(actual.rows(), expected, step)).isLessThanOrEqualTo(1);
        assertThat(GoldenCorruption.shareAbove(0, actual.rows(), expected, step))
                .isLessThanOrEqualTo(TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(ints = {224, 32})
    void frost(int side) {
        RgbBytes texture = GoldenCorruption.image(golden, "frost.texture");
        Tensor part = golden.get("frost.texture").narrow(1, 0, side).narrow(2, 0, side);
        assertThat(texture.height()).isEqualTo(224);
        RgbBytes frost = RgbBytes.of(part);
        for (int level = 1; level <= Severity.LEVELS; level++) {
            Corruption corruption = new Frost((height, width, scale, draws) -> frost);
            check("frost", corruption, side, level, new GivenDraws(), TRUNCATED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {224, 32})
    void fog(int side) {
        float[] uniform = floats("rand" + side + ".plasma_u");
        int mapSide = PlasmaMap.side(side, side);
        for (int level = 1; level <= Severity.LEVELS; level++) {
            double decay =
                    Fog.PARAMETERS.at(GoldenCorruption.severity(level, side)).decay();
            double[][] plasma = PlasmaMap.draw(mapSide, decay, new GivenDraws().symmetric(uniform));
            assertThat(GoldenCorruption.largest(plasma, expected("rand" + side + ".plasma", level), step(side)))
                    .isLessThan(1e-6);
            check("fog", corruption("fog"), side, level, new GivenDraws().symmetric(uniform), TRUNCATED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {224, 32})
    void elastic(int side) {
        String file = "rand" + side + ".";
        for (int level = 1; level <= Severity.LEVELS; level++) {
            ElasticTransform.Setting setting =
                    ElasticTransform.setting(GoldenCorruption.severity(level, side), side, side);
            Tensor fields = expected(file + "elastic_dxdy", level);
            for (int axis = 0; axis < 2; axis++) {
                GivenDraws draws = new GivenDraws().symmetric(floats(file + (axis == 0 ? "ux" : "uy")));
                Raster field = ElasticTransform.displacement(side, side, setting, draws);
                assertThat(GoldenCorruption.largest(field.rows(), fields.select(0, axis), step(side)))
                        .isLessThan(2e-6);
            }
            GivenDraws draws = new GivenDraws()
                    .symmetric(floats(file + "u6"))
                    .symmetric(floats(file + "ux"))
                    .symmetric(floats(file + "uy"));
            check("elastic_transform", corruption("elastic_transform"), side, level, draws, DISPLACED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {224, 32})
    void spatter(int side) {
        String file = "rand" + side + ".";
        float[] normal = floats(file + "z");
        for (int level = 1; level <= Severity.LEVELS; level++) {
            Severity severity = GoldenCorruption.severity(level, side);
            Spatter.Setting setting = Spatter.PARAMETERS.at(severity);
            Raster liquid = Spatter.liquid(side, side, setting, new GivenDraws().normal(normal));
            double margin = 1;
            for (double[] row : liquid.rows()) {
                for (double value : row) {
                    margin = Math.min(margin, Math.abs(value - setting.threshold()));
                }
            }
            double stored = NUMBERS.get("spatial" + side)
                    .get("spatter_margin")
                    .get(level - 1)
                    .asDouble();
            assertThat(margin).isEqualTo(stored, within(1e-12));
            Raster weights = Spatter.weights(side, side, setting, new GivenDraws().normal(normal));
            Tensor expectedWeights = expected(file + "spatter_m", level);
            assertThat(GoldenCorruption.shareAbove(1e-6, weights.rows(), expectedWeights, step(side)))
                    .isLessThanOrEqualTo(0.001);
            RgbBytes result = corruption("spatter").apply(image(side), severity, new GivenDraws().normal(normal));
            Tensor expected = expected(file + "spatter", level);
            assertThat(GoldenCorruption.shareAbove(1, result, expected, step(side)))
                    .isLessThanOrEqualTo(0.001);
            assertThat(GoldenCorruption.shareAbove(0, result, expected, step(side)))
                    .isLessThanOrEqualTo(DISPLACED);
        }
    }
}

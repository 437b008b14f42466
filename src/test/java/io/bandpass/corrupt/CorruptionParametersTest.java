package io.bandpass.corrupt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.testing.Golden;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CorruptionParametersTest {
    private static final JsonNode GOLDEN = Golden.json("corruptions");

    private static final Map<String, SeverityTable<?>> TABLES = Map.ofEntries(
            Map.entry("gaussian_noise", GaussianNoise.PARAMETERS),
            Map.entry("shot_noise", ShotNoise.PARAMETERS),
            Map.entry("impulse_noise", ImpulseNoise.PARAMETERS),
            Map.entry("speckle_noise", SpeckleNoise.PARAMETERS),
            Map.entry("gaussian_blur", GaussianBlur.PARAMETERS),
            Map.entry("glass_blur", GlassBlur.PARAMETERS),
            Map.entry("defocus_blur", DefocusBlur.PARAMETERS),
            Map.entry("motion_blur", MotionBlur.PARAMETERS),
            Map.entry("zoom_blur", ZoomBlur.PARAMETERS),
            Map.entry("fog", Fog.PARAMETERS),
            Map.entry("frost", Frost.PARAMETERS),
            Map.entry("snow", Snow.PARAMETERS),
            Map.entry("spatter", Spatter.PARAMETERS),
            Map.entry("contrast", Contrast.PARAMETERS),
            Map.entry("brightness", Brightness.PARAMETERS),
            Map.entry("saturate", Saturation.PARAMETERS),
            Map.entry("jpeg_compression", JpegCompression.PARAMETERS),
            Map.entry("pixelate", Pixelate.PARAMETERS));

    private static JsonNode parameters(CorruptionScale scale) {
        return switch (scale) {
            case IMAGENET -> GOLDEN.get("parameters_224");
            case TINY_IMAGENET -> GOLDEN.get("parameters_64_tiny");
            case CIFAR -> GOLDEN.get("parameters_32_cifar");
        };
    }

    private static int side(CorruptionScale scale) {
        return switch (scale) {
            case IMAGENET -> 224;
            case TINY_IMAGENET -> 64;
            case CIFAR -> 32;
        };
    }

    /** A number, or the components of a record, as numbers. */
    private static List<Double> numbers(Object parameter) {
        if (parameter instanceof Number number) {
            return List.of(number.doubleValue());
        }
        if (parameter instanceof Boolean flag) {
            return List.of(flag ? 1.0 : 0.0);
        }
        List<Double> numbers = new ArrayList<>();
        for (RecordComponent component : parameter.getClass().getRecordComponents()) {
            try {
                numbers.addAll(numbers(component.getAccessor().invoke(parameter)));
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
        }
        return numbers;
    }

    private static List<Double> numbers(JsonNode node) {
        List<Double> numbers = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(item -> numbers.add(item.asDouble()));
        } else {
            numbers.add(node.asDouble());
        }
        return numbers;
    }

    private static Set<String> names(JsonNode node) {
        Set<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @ParameterizedTest
    @EnumSource
    void everyParameterIsThePublishedOne(CorruptionScale scale) {
        JsonNode published = parameters(scale);
        Set<String> tables = new TreeSet<>(TABLES.keySet());
        tables.add("elastic_transform");
        assertThat(names(published)).isEqualTo(tables);
        TABLES.forEach((name, table) -> {
            for (int i = 0; i < Severity.LEVELS; i++) {
                assertThat(numbers(table.of(scale).get(i)))
                        .as("%s %d", name, i + 1)
                        .isEqualTo(numbers(published.get(name).get(i)));
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void lengthsOfTheElasticTransformFollowTheSide(CorruptionScale scale) {
        for (int level = 1; level <= Severity.LEVELS; level++) {
            List<Double> published =
                    numbers(parameters(scale).get("elastic_transform").get(level - 1));
            ElasticTransform.Setting setting =
                    ElasticTransform.setting(new Severity(level, scale), side(scale), side(scale) + 9);
            assertThat(setting.alpha()).isEqualTo(published.get(0), within(1e-12));
            assertThat(setting.sigma()).isEqualTo(published.get(1), within(1e-12));
            assertThat(setting.affine()).isEqualTo(published.get(2), within(1e-12));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {224, 32})
    void cropsOfTheZoomBlurArePublished(int side) {
        JsonNode severities = GOLDEN.get("zoom_blur_sides").get(String.valueOf(side));
        assertThat(severities.size()).isEqualTo(Severity.LEVELS);
        for (int level = 1; level <= Severity.LEVELS; level++) {
            JsonNode crops = severities.get(level - 1);
            double[] factors = ZoomBlur.PARAMETERS
                    .at(GoldenCorruption.severity(level, side))
                    .factors();
            assertThat(factors).hasSize(crops.size());
            for (int i = 0; i < factors.length; i++) {
                JsonNode crop = crops.get(i);
                assertThat(factors[i]).isEqualTo(crop.get(0).asDouble());
                assertThat(ZoomAxis.Crop.of(side, factors[i]))
                        .isEqualTo(new ZoomAxis.Crop(
                                crop.get(1).asInt(),
                                crop.get(2).asInt(),
                                crop.get(3).asInt(),
                                crop.get(4).asInt()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {224, 32})
    void sidesOfThePixelationArePublished(int side) {
        JsonNode sides = GOLDEN.get("pixelate_sides").get(String.valueOf(side));
        for (int level = 1; level <= Severity.LEVELS; level++) {
            assertThat(Pixelate.side(side, GoldenCorruption.severity(level, side)))
                    .isEqualTo(sides.get(level - 1).asInt());
        }
    }

    @Test
    void scalesAreChosenByTheShorterSide() {
        assertThat(CorruptionScale.of(28, 28)).isEqualTo(CorruptionScale.CIFAR);
        assertThat(CorruptionScale.of(48, 500)).isEqualTo(CorruptionScale.CIFAR);
        assertThat(CorruptionScale.of(64, 49)).isEqualTo(CorruptionScale.TINY_IMAGENET);
        assertThat(CorruptionScale.of(100, 224)).isEqualTo(CorruptionScale.TINY_IMAGENET);
        assertThat(CorruptionScale.of(101, 224)).isEqualTo(CorruptionScale.IMAGENET);
    }
}

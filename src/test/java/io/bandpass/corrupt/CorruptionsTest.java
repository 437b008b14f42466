package io.bandpass.corrupt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConfigException;
import io.bandpass.image.RgbBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CorruptionsTest {
    /** A smooth image with an edge and a little noise, so that every corruption changes it. */
    static RgbBytes image(int height, int width) {
        SplittableRandom random = new SplittableRandom(5);
        byte[] values = new byte[3 * height * width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int channel = 0; channel < 3; channel++) {
                    double wave = 50 * Math.sin(0.3 * x + channel) + 40 * Math.cos(0.2 * y - channel);
                    double edge = x > width / 2 ? 25 : -25;
                    values[(y * width + x) * 3 + channel] =
                            (byte) (int) (125 + wave + edge * channel / 2 + random.nextInt(10));
                }
            }
        }
        return new RgbBytes(values, height, width);
    }

    private static FrostPictures pictures() {
        return new FrostPictures(List.of(image(120, 150), image(90, 300)));
    }

    @ParameterizedTest
    @CsvSource({"16, 16", "28, 28", "64, 64", "97, 131", "131, 97", "224, 224"})
    void everySizeAndSeverity(int height, int width) {
        RgbBytes image = image(height, width);
        byte[] before = image.values().clone();
        List<NamedCorruption> all = Corruptions.with(pictures()).all();
        assertThat(all).hasSize(20);
        for (NamedCorruption corruption : all) {
            List<byte[]> results = new ArrayList<>();
            for (int level = 1; level <= Severity.LEVELS; level++) {
                RgbBytes result = corruption.apply(image, level, 7, 3);
                String which = corruption.name() + " " + level;
                assertThat(result.height()).as(which).isEqualTo(height);
                assertThat(result.width()).as(which).isEqualTo(width);
                assertThat(result.values()).as(which).hasSize(3 * height * width);
                assertThat(image.values()).as(which).isEqualTo(before);
                assertThat(corruption.apply(image, level, 7, 3).values())
                        .as(which)
                        .isEqualTo(result.values());
                for (byte[] other : results) {
                    assertThat(Arrays.equals(result.values(), other)).as(which).isFalse();
                }
                results.add(result.values());
            }
        }
    }

    @Test
    void whatIsDrawnFollowsFromSeedAndImage() {
        RgbBytes image = image(32, 32);
        NamedCorruption noise = Corruptions.withoutPictures().named("gaussian_noise");
        byte[] first = noise.apply(image, 1, 7, 3).values();
        assertThat(noise.apply(image, 1, 8, 3).values()).isNotEqualTo(first);
        assertThat(noise.apply(image, 1, 7, 4).values()).isNotEqualTo(first);
        float[] normal = new KeyedDraws(7, "gaussian_noise", 3, 1).normal(9);
        assertThat(new KeyedDraws(7, "gaussian_noise", 3, 1).normal(9)).isEqualTo(normal);
        assertThat(new KeyedDraws(7, "speckle_noise", 3, 1).normal(9)).isNotEqualTo(normal);
        assertThat(new KeyedDraws(7, "gaussian_noise", 3, 2).normal(9)).isNotEqualTo(normal);
    }

    @Test
    void threadsGiveTheSameImages() throws InterruptedException, ExecutionException {
        RgbBytes image = image(64, 64);
        List<NamedCorruption> all = Corruptions.with(pictures()).all();
        Map<String, byte[]> alone = new TreeMap<>();
        for (NamedCorruption corruption : all) {
            for (int index = 0; index < 3; index++) {
                alone.put(
                        corruption.name() + index,
                        corruption.apply(image, 4, 1, index).values());
            }
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Map<String, Future<byte[]>> together = new TreeMap<>();
            // In another order, too.
            for (int index = 2; index >= 0; index--) {
                for (NamedCorruption corruption : all) {
                    long number = index;
                    together.put(
                            corruption.name() + index,
                            threads.submit(
                                    () -> corruption.apply(image, 4, 1, number).values()));
                }
            }
            for (String key : together.keySet()) {
                assertThat(together.get(key).get()).as(key).isEqualTo(alone.get(key));
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void theBenchmarkHas15AndTheExtraOnesFour() {
        Corruptions with = Corruptions.with(pictures());
        assertThat(with.inMeanError()).hasSize(15);
        assertThat(Corruptions.withoutPictures().inMeanError()).hasSize(14);
        assertThat(names(with, CorruptionGroup.NOISE)).containsExactly("gaussian_noise", "shot_noise", "impulse_noise");
        assertThat(names(with, CorruptionGroup.BLUR))
                .containsExactly("defocus_blur", "glass_blur", "motion_blur", "zoom_blur");
        assertThat(names(with, CorruptionGroup.WEATHER))
                .containsExactly("snow", "frost", "frost*", "fog", "brightness");
        assertThat(names(with, CorruptionGroup.DIGITAL))
                .containsExactly("contrast", "elastic_transform", "pixelate", "jpeg_compression");
        assertThat(names(with, CorruptionGroup.EXTRA))
                .containsExactly("speckle_noise", "gaussian_blur", "spatter", "saturate");
        assertThat(with.named("frost*").inMeanError()).isFalse();
        assertThat(with.named("frost").inMeanError()).isTrue();
    }

    private static List<String> names(Corruptions corruptions, CorruptionGroup group) {
        return corruptions.all().stream()
                .filter(corruption -> corruption.group() == group)
                .map(NamedCorruption::name)
                .collect(Collectors.toList());
    }

    @Test
    void wrongNamesSeveritiesAndSizesAreRejected() {
        Corruptions corruptions = Corruptions.withoutPictures();
        assertThatThrownBy(() -> corruptions.named("gausian_noise"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("must be one of gaussian_noise, ")
                .hasMessageEndingWith("did you mean gaussian_noise?");
        assertThatThrownBy(() -> corruptions.named("frost"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("give their folder with --frost, or take frost*");
        assertThatThrownBy(() -> new Severity(0, CorruptionScale.CIFAR))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("it must be 1 to 5");
        assertThatThrownBy(() -> new Severity(6, CorruptionScale.CIFAR)).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> corruptions.named("fog").apply(image(15, 40), 1, 0, 0))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("40 x 15 pixels is too small");
    }

    @Test
    void aScaleCanBeNamed() {
        RgbBytes image = image(64, 64);
        NamedCorruption contrast = Corruptions.withoutPictures().named("contrast");
        byte[] cifar = contrast.apply(image, new Severity(1, CorruptionScale.CIFAR), 0, 0)
                .values();
        byte[] own = contrast.apply(image, 1, 0, 0).values();
        assertThat(contrast.apply(image, new Severity(1, CorruptionScale.TINY_IMAGENET), 0, 0)
                        .values())
                .isEqualTo(own);
        assertThat(cifar).isNotEqualTo(own);
    }

    @Test
    void smallImagesTakeTheLargeParametersToo() {
        RgbBytes image = image(16, 20);
        for (NamedCorruption corruption : Corruptions.with(pictures()).all()) {
            for (int level : IntStream.rangeClosed(1, Severity.LEVELS).toArray()) {
                RgbBytes result = corruption.apply(image, new Severity(level, CorruptionScale.IMAGENET), 0, 0);
                assertThat(result.values()).hasSize(3 * 16 * 20);
            }
        }
    }
}

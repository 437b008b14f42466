package io.bandpass.corrupt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.image.RgbBytes;
import io.bandpass.testing.Golden;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is drawn has the distribution that it should have: each moment lies within four standard errors. */
final class CorruptionDistributionsTest {
    private static final JsonNode STATISTICS = Golden.json("corruptions").get("statistics");
    private static final int SIDE = 224;
    private static final int VALUES = 3 * SIDE * SIDE;
    private static final double ERRORS = 4;

    private static Draws draws(long index) {
        return new KeyedDraws(2026, "test", index, 1);
    }

    /**
     * Compares mean and variance of values.
     *
     * @param fourth central moment of the distribution, divided by the squared variance
     */
    private static void assertMoments(
            IntToDoubleFunction values, int count, double mean, double variance, double fourth) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += values.applyAsDouble(i);
        }
        double actual = sum / count;
        double squares = 0;
        for (int i = 0; i < count; i++) {
            double distance = values.applyAsDouble(i) - mean;
            squares += distance * distance;
        }
        assertThat(actual).isEqualTo(mean, within(ERRORS * Math.sqrt(variance / count)));
        assertThat(squares / count).isEqualTo(variance, within(ERRORS * variance * Math.sqrt((fourth - 1) / count)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gaussian_noise", "speckle_noise"})
    void normalNoises(String name) {
        UnitCorruption noise =
                (UnitCorruption) Corruptions.withoutPictures().named(name).corruption();
        for (int level = 1; level <= Severity.LEVELS; level++) {
            JsonNode expected = STATISTICS.get(name).get(level - 1);
            Raster grey = Raster.blank(SIDE, SIDE, 3);
            for (double[] row : grey.rows()) {
                Arrays.fill(row, 0.5);
            }
            Raster noisy = noise.corrupt(grey, new Severity(level, CorruptionScale.IMAGENET), draws(level));
            assertMoments(
                    i -> noisy.rows()[i / (3 * SIDE)][i % (3 * SIDE)],
                    VALUES,
                    expected.get("mean").asDouble(),
                    expected.get("variance").asDouble(),
                    3);
        }
    }

    @Test
    void shotNoise() {
        for (int level = 1; level <= Severity.LEVELS; level++) {
            JsonNode expected = STATISTICS.get("shot_noise").get(level - 1);
            double white = expected.get("parameter").asDouble();
            assertThat(ShotNoise.PARAMETERS.at(new Severity(level, CorruptionScale.IMAGENET)))
                    .isEqualTo(white);
            double mean = white / 2;
            int[] counts = counts(mean, VALUES);
            double fourth = 3 + 1 / mean;
            assertMoments(
                    i -> counts[i] / white,
                    VALUES,
                    expected.get("mean").asDouble(),
                    expected.get("variance").asDouble(),
                    fourth);
        }
    }

    private static int[] counts(double mean, int count) {
        PoissonDistribution distribution = new PoissonDistribution(mean);
        SplittableRandom random = new SplittableRandom(Double.doubleToLongBits(mean));
        int[] counts = new int[count];
        for (int i = 0; i < count; i++) {
            counts[i] = distribution.draw(random);
        }
        return counts;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.01, 0.7, 3, 25.4, 60, 500})
    void countsHaveThePoissonDistribution(double mean) {
        int draws = 200_000;
        int[] observed = new int[1000];
        for (int count : counts(mean, draws)) {
            observed[count]++;
        }
        double chiSquare = 0;
        int cells = 0;
        double restExpected = draws;
        int restObserved = draws;
        double logProbability = -mean;
        for (int k = 0; k < observed.length; k++) {
            double expected = draws * Math.exp(logProbability);
            if (expected >= 5) {
                chiSquare += (observed[k] - expected) * (observed[k] - expected) / expected;
                cells++;
                restExpected -= expected;
                restObserved -= observed[k];
            }
            logProbability += Math.log(mean) - Math.log(k + 1);
        }
        assertThat((double) restObserved).isEqualTo(restExpected, within(5 * Math.sqrt(Math.max(1, restExpected))));
        // Mean and variance of chi-square are its degrees of freedom, and twice as much.
        assertThat(chiSquare).isLessThan(cells + ERRORS * Math.sqrt(2.0 * cells));
    }

    @Test
    void impulseNoise() {
        byte[] grey = new byte[VALUES];
        Arrays.fill(grey, (byte) 128);
        RgbBytes image = new RgbBytes(grey, SIDE, SIDE);
        for (int level = 1; level <= Severity.LEVELS; level++) {
            JsonNode expected = STATISTICS.get("impulse_noise").get(level - 1);
            byte[] noisy = new ImpulseNoise()
                    .apply(image, new Severity(level, CorruptionScale.IMAGENET), draws(level))
                    .values();
            int white = 0;
            int black = 0;
            for (byte value : noisy) {
                white += value == (byte) 0xFF ? 1 : 0;
                black += value == 0 ? 1 : 0;
            }
            double share = expected.get("share_changed").asDouble();
            assertThat((double) (white + black) / VALUES)
                    .isEqualTo(share, within(ERRORS * Math.sqrt(share * (1 - share) / VALUES)));
            assertThat((double) white / (white + black))
                    .isEqualTo(
                            expected.get("white_of_changed").asDouble(),
                            within(ERRORS * Math.sqrt(0.25 / (white + black))));
        }
    }

    @ParameterizedTest
    @CsvSource({"motion, motion_blur, -45, 45, 0", "snow, snow, -135, -45, -90"})
    void angles(String key, String name, double low, double high, double mean) {
        assertThat(STATISTICS.get("angles").get(key).asText())
                .startsWith("uniform [" + (int) low + ", " + (int) high + ")")
                .endsWith("variance 675");
        GivenDraws given = new GivenDraws().angle(mean).normal(new float[32 * 32]);
        Corruptions.withoutPictures()
                .named(name)
                .corruption()
                .apply(new RgbBytes(new byte[3 * 32 * 32], 32, 32), new Severity(1, CorruptionScale.CIFAR), given);
        assertThat(given.range()).containsExactly(low, high);
        // Each from a key of its own, so that images are independent of each other.
        double[] drawn = new double[20_000];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = draws(i).between(low, high);
            assertThat(drawn[i]).isBetween(low, high);
        }
        assertMoments(i -> drawn[i], drawn.length, mean, 675, 1.8);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void offsetsOfTheGlass(int reach) {
        assertThat(STATISTICS.get("glass_offsets").asText()).contains("each of -delta..delta-1", "mean -0.5");
        int pairs = 50_000;
        byte[] offsets = draws(reach).offsets(pairs, reach);
        int side = 2 * reach;
        int[] together = new int[side * side];
        for (int i = 0; i < pairs; i++) {
            together[(offsets[2 * i + 1] + reach) * side + offsets[2 * i] + reach]++;
        }
        double each = (double) pairs / together.length;
        for (int count : together) {
            assertThat((double) count).isEqualTo(each, within(5 * Math.sqrt(each)));
        }
        double variance = (side * side - 1) / 12.0;
        double fourth = 1.8 * (side * side - 7 / 3.0) / (side * side - 1.0);
        assertMoments(i -> offsets[i], 2 * pairs, -0.5, variance, fourth);
    }

    @ParameterizedTest
    @ValueSource(ints = {224, 32})
    void elasticDisplacement(int side) {
        JsonNode expected = STATISTICS.get("elastic_displacement_std_inside").get(String.valueOf(side));
        for (int level = 1; level <= Severity.LEVELS; level++) {
            ElasticTransform.Setting setting =
                    ElasticTransform.setting(GoldenCorruption.severity(level, side), side, side);
            double[] taps = GaussianFilter.taps(setting.sigma(), 3);
            double squares = taps[0] * taps[0];
            for (int i = 1; i < taps.length; i++) {
                squares += 2 * taps[i] * taps[i];
            }
            assertThat(setting.alpha() / Math.sqrt(3) * squares)
                    .isEqualTo(expected.get(level - 1).asDouble(), within(1e-9));
        }
    }

    @Test
    void drawnDisplacementsHaveTheirDeviation() {
        ElasticTransform.Setting setting =
                ElasticTransform.setting(new Severity(3, CorruptionScale.IMAGENET), SIDE, SIDE);
        double expected = STATISTICS
                .get("elastic_displacement_std_inside")
                .get("224")
                .get(2)
                .asDouble();
        double squares = 0;
        int count = 0;
        for (int field = 0; field < 40; field++) {
            Raster displacement = ElasticTransform.displacement(SIDE, SIDE, setting, draws(field));
            for (int y = 10; y < SIDE - 10; y++) {
                for (int x = 10; x < SIDE - 10; x++) {
                    squares += displacement.rows()[y][x] * displacement.rows()[y][x];
                    count++;
                }
            }
        }
        // Neighbours are alike: about 20,000 of the 1.7 million values are independent.
        assertThat(Math.sqrt(squares / count)).isEqualTo(expected, within(0.02 * expected));
    }

    @Test
    void plasma() {
        JsonNode cases = STATISTICS.get("plasma_400_maps");
        assertThat(cases.size()).isEqualTo(4);
        for (JsonNode expected : cases) {
            int side = expected.get("side").asInt();
            double decay = expected.get("decay").asDouble();
            double mean = 0;
            double deviation = 0;
            double difference = 0;
            int maps = 400;
            for (int i = 0; i < maps; i++) {
                double[][] map = PlasmaMap.draw(side, decay, draws(i));
                mean += mean(map) / maps;
                deviation += deviation(map) / maps;
                difference += neighbourDifference(map) / maps;
            }
            JsonNode errors = expected.get("standard_errors");
            assertThat(mean).isEqualTo(expected.get("mean").asDouble(), within(errors(errors, 0)));
            assertThat(deviation).isEqualTo(expected.get("std_within").asDouble(), within(errors(errors, 1)));
            assertThat(difference)
                    .isEqualTo(expected.get("neighbour_difference").asDouble(), within(errors(errors, 2)));
        }
    }

    /** Both sides were estimated from as many maps. */
    private static double errors(JsonNode standardErrors, int which) {
        return ERRORS * Math.sqrt(2) * standardErrors.get(which).asDouble();
    }

    private static double mean(double[][] map) {
        double sum = 0;
        for (double[] row : map) {
            for (double value : row) {
                sum += value;
            }
        }
        return sum / (map.length * map.length);
    }

    private static double deviation(double[][] map) {
        double mean = mean(map);
        double squares = 0;
        for (double[] row : map) {
            for (double value : row) {
                squares += (value - mean) * (value - mean);
            }
        }
        return Math.sqrt(squares / (map.length * map.length));
    }

    private static double neighbourDifference(double[][] map) {
        double sum = 0;
        for (double[] row : map) {
            for (int x = 1; x < row.length; x++) {
                sum += Math.abs(row[x] - row[x - 1]);
            }
        }
        return sum / (map.length * (map.length - 1));
    }
}

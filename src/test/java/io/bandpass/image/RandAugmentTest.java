package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.AugmentConfig;
import io.bandpass.config.RandAugmentConfig;
import io.bandpass.config.Words;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Seeds are fixed, so that bounds, of four standard deviations or more, hold always or never. */
final class RandAugmentTest {
    private static final int DRAWS = 30_000;

    private static List<List<DrawnOperation>> draw(int magnitude, int operations, double deviation) {
        RandAugment augment = new RandAugment(new RandAugmentConfig(magnitude, operations, deviation));
        SplittableRandom random = new SplittableRandom(2);
        return Stream.generate(() -> augment.draw(random)).limit(DRAWS).toList();
    }

    private static List<DrawnOperation> geometric(String interpolation) {
        RandAugment augment = new RandAugment(
                new RandAugmentConfig(9, 2, 0.5),
                Words.constant(AugmentConfig.Interpolation.class, interpolation).orElseThrow());
        SplittableRandom random = new SplittableRandom(4);
        return Stream.generate(() -> augment.draw(random))
                .limit(1000)
                .flatMap(List::stream)
                .filter(drawn -> drawn.operation().isGeometric())
                .toList();
    }

    @Test
    void theInterpolationIsTheOneThatIsNamedAndChangesNothingElse() {
        List<DrawnOperation> random = geometric("random");
        List<DrawnOperation> bicubic = geometric("bicubic");
        List<DrawnOperation> bilinear = geometric("bilinear");

        assertThat(random).extracting(DrawnOperation::bicubic).contains(true, false);
        assertThat(bicubic).hasSameSizeAs(random).allMatch(DrawnOperation::bicubic);
        assertThat(bilinear).noneMatch(DrawnOperation::bicubic);
        for (List<DrawnOperation> named : List.of(bicubic, bilinear)) {
            assertThat(named)
                    .extracting(DrawnOperation::operation, DrawnOperation::argument)
                    .isEqualTo(random.stream()
                            .map(drawn -> tuple(drawn.operation(), drawn.argument()))
                            .toList());
        }
    }

    @Test
    void halfOfWhatIsDrawnHappensAndEachOperationEquallyOften() {
        List<List<DrawnOperation>> drawn = draw(9, 2, 0.5);
        // Binomial(2, 1/2): 1/4, 1/2, 1/4, each with a standard deviation of at most 87.
        assertThat(count(drawn, 0)).isCloseTo(DRAWS / 4, within(350));
        assertThat(count(drawn, 1)).isCloseTo(DRAWS / 2, within(350));
        assertThat(count(drawn, 2)).isCloseTo(DRAWS / 4, within(350));
        Map<ImageOperation, Integer> counts = new EnumMap<>(ImageOperation.class);
        drawn.forEach(list -> list.forEach(operation -> counts.merge(operation.operation(), 1, Integer::sum)));
        // 2000 expected of each of 15, with a standard deviation of 44.
        assertThat(counts).hasSize(15);
        assertThat(counts.values()).allSatisfy(count -> assertThat(count).isCloseTo(2000, within(176)));
        // With replacement: one pair of fifteen is twice the same.
        assertThat(drawn.stream()
                        .filter(list -> list.size() == 2
                                && list.get(0).operation() == list.get(1).operation())
                        .count())
                .isCloseTo(500, within(90L));
    }

    private static int count(List<List<DrawnOperation>> drawn, int size) {
        return (int) drawn.stream().filter(list -> list.size() == size).count();
    }

    @Test
    void magnitudesAreNormalAroundTheirMeanAndClipped() {
        List<Double> magnitudes = new ArrayList<>();
        draw(9, 2, 0.5)
                .forEach(list -> list.stream()
                        .filter(drawn -> drawn.operation() == ImageOperation.ROTATE)
                        .forEach(drawn -> magnitudes.add(Math.abs(drawn.argument()) / 3)));
        // Phi(2) = 0.0228 are clipped at 10, and half lie below 9.
        double clipped = share(magnitudes.stream().filter(magnitude -> magnitude == 10), magnitudes);
        assertThat(clipped).isCloseTo(0.0228, within(0.014));
        assertThat(magnitudes).allMatch(magnitude -> magnitude <= 10 && magnitude > 6);
        assertThat(share(magnitudes.stream().filter(magnitude -> magnitude < 9), magnitudes))
                .isCloseTo(0.5, within(0.045));
        assertThat(share(magnitudes.stream().filter(magnitude -> magnitude < 8.5), magnitudes))
                .isCloseTo(0.1587, within(0.033));
    }

    private static double share(Stream<Double> some, List<Double> all) {
        return some.count() / (double) all.size();
    }

    @Test
    void withoutADeviationEveryMagnitudeIsTheSame() {
        assertThat(draw(4, 3, 0).stream()
                        .flatMap(List::stream)
                        .filter(drawn -> drawn.operation() == ImageOperation.SHEAR_Y))
                .isNotEmpty()
                .allMatch(drawn -> Math.abs(drawn.argument()) == 0.4 * 0.3);
    }

    @Test
    void signsAndInterpolationsAreEvenAndOnlyGeometryIsInterpolated() {
        List<DrawnOperation> geometric = draw(9, 2, 0.5).stream()
                .flatMap(List::stream)
                .filter(drawn -> drawn.operation().isGeometric())
                .toList();
        // 10 000 of them.
        assertThat(geometric.stream().filter(DrawnOperation::bicubic).count()).isCloseTo(5000, within(250L));
        assertThat(geometric.stream().filter(drawn -> drawn.argument() < 0).count())
                .isCloseTo(5000, within(250L));
        assertThat(draw(9, 2, 0.5).stream().flatMap(List::stream))
                .filteredOn(drawn -> !drawn.operation().isGeometric())
                .noneMatch(DrawnOperation::bicubic);
    }

    @Test
    void jitterDrawsEachFactorInItsRangeAndEveryOrder() {
        ColourJitter jitter = new ColourJitter(0.4);
        SplittableRandom random = new SplittableRandom(4);
        Map<List<ImageOperation>, Integer> orders = new HashMap<>();
        List<Double> factors = new ArrayList<>();
        for (int i = 0; i < 6000; i++) {
            List<DrawnOperation> drawn = jitter.draw(random);
            orders.merge(drawn.stream().map(DrawnOperation::operation).toList(), 1, Integer::sum);
            drawn.forEach(one -> factors.add(one.argument()));
        }
        assertThat(orders).hasSize(6);
        assertThat(orders.values()).allSatisfy(count -> assertThat(count).isCloseTo(1000, within(116)));
        assertThat(factors).allMatch(factor -> factor >= 0.6 && factor <= 1.4);
        assertThat(factors.stream().mapToDouble(factor -> factor).average().orElseThrow())
                .isCloseTo(1, within(0.007));
        assertThat(factors).anyMatch(factor -> factor < 0.605).anyMatch(factor -> factor > 1.395);
        assertThat(new ColourJitter(3).draw(random)).allMatch(drawn -> drawn.argument() >= 0 && drawn.argument() <= 4);
    }
}

package io.bandpass.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** Seeds are fixed, so that bounds of four standard deviations hold always or never. */
final class RandomErasingTest {
    private static final int SIZE = 40;

    private static List<Box> boxes(double probability, int images) {
        RandomErasing erasing = new RandomErasing(probability, 6);
        return IntStream.range(0, images)
                .mapToObj(draw -> erasing.box(0, draw, 224, 224))
                .flatMap(Optional::stream)
                .toList();
    }

    @Test
    void theAskedShareOfImagesLosesABoxOfTheAskedAreasAndAspects() {
        assertThat(boxes(0.25, 8000)).hasSizeBetween(2000 - 155, 2000 + 155);
        assertThat(boxes(0, 500)).isEmpty();
        List<Box> boxes = boxes(1, 8000);
        // Ten tries are enough for a square image.
        assertThat(boxes).hasSizeGreaterThan(7990);
        assertThat(boxes).allSatisfy(box -> {
            assertThat(box.area() / (224.0 * 224)).isBetween(0.019, 0.338);
            assertThat(box.height() / (double) box.width()).isBetween(0.29, 1 / 0.29);
            assertThat(box.top()).isNotNegative();
            assertThat(box.left()).isNotNegative();
            assertThat(box.top() + box.height()).isLessThanOrEqualTo(224);
            assertThat(box.left() + box.width()).isLessThanOrEqualTo(224);
        });
        assertThat(boxes).anyMatch(box -> box.top() == 0).anyMatch(box -> box.top() + box.height() == 224);
        assertThat(boxes).anyMatch(box -> box.left() == 0).anyMatch(box -> box.left() + box.width() == 224);
        // Aspects are as often above as below 1, areas nearly uniform: large and narrow boxes do not fit.
        assertThat(mean(boxes.stream().map(box -> Math.log(box.height() / (double) box.width()))))
                .isCloseTo(0, within(0.035));
        assertThat(mean(boxes.stream().map(box -> box.area() / (224.0 * 224)))).isBetween(0.165, 0.18);
    }

    private static double mean(Stream<Double> values) {
        return values.mapToDouble(value -> value).average().orElseThrow();
    }

    @Test
    void onlyTheBoxIsReplacedByStandardNormalNoiseThatDiffersByPixelAndChannel() {
        RandomErasing erasing = new RandomErasing(1, 3);
        List<Float> noise = new ArrayList<>();
        try (PointerScope scope = new PointerScope()) {
            Tensor images = Tensors.add(Tensors.zeros(ScalarType.Float, 30, 3, SIZE, SIZE), 100);
            int[] draws = IntStream.range(0, 30).toArray();
            Tensor erased = erasing.apply(images, 2, draws);
            assertThat(Tensors.toFloats(images)).containsOnly(100);
            for (int i = 0; i < 30; i++) {
                Box box = erasing.box(2, i, SIZE, SIZE).orElseThrow();
                float[] inside = Tensors.toFloats(box.of(erased.select(0, i)));
                for (float value : inside) {
                    noise.add(value);
                }
                long outside = count(erased.select(0, i));
                assertThat(outside).isEqualTo(3L * SIZE * SIZE - inside.length);
            }
        }
        assertThat(noise).doesNotContain(100f).hasSizeGreaterThan(10_000);
        double mean = mean(noise.stream().map(Float::doubleValue));
        double square = mean(noise.stream().map(value -> (double) value * value));
        assertThat(mean).isCloseTo(0, within(4 / Math.sqrt(noise.size())));
        assertThat(square).isCloseTo(1, within(4 * Math.sqrt(2.0 / noise.size())));
        assertThat(noise.stream().distinct().count()).isGreaterThan((long) (0.99 * noise.size()));
    }

    private static long count(Tensor image) {
        float[] values = Tensors.toFloats(image);
        return IntStream.range(0, values.length).filter(i -> values[i] == 100).count();
    }

    @Test
    void aBatchInPartsIsTheBatchAndEpochsSeedsAndRepetitionsDiffer() {
        RandomErasing erasing = new RandomErasing(0.5, 3);
        int[] draws = {4, 99, 7, 1004, 5, 6, 12};
        try (PointerScope scope = new PointerScope()) {
            Tensor images = Tensors.zeros(ScalarType.Float, draws.length, 3, SIZE, SIZE);
            float[] whole = Tensors.toFloats(erasing.apply(images, 2, draws));
            float[] first =
                    Tensors.toFloats(erasing.apply(Tensors.slice(images, 0, 0, 3), 2, Arrays.copyOfRange(draws, 0, 3)));
            float[] second =
                    Tensors.toFloats(erasing.apply(Tensors.slice(images, 0, 3, 7), 2, Arrays.copyOfRange(draws, 3, 7)));
            assertThat(Arrays.copyOf(whole, first.length)).isEqualTo(first);
            assertThat(Arrays.copyOfRange(whole, first.length, whole.length)).isEqualTo(second);
            assertThat(Tensors.toFloats(erasing.apply(images, 3, draws))).isNotEqualTo(whole);
            assertThat(Tensors.toFloats(new RandomErasing(0.5, 4).apply(images, 2, draws)))
                    .isNotEqualTo(whole);
        }
        RandomErasing always = new RandomErasing(1, 3);
        assertThat(always.box(2, 4, SIZE, SIZE)).isNotEqualTo(always.box(2, 1004, SIZE, SIZE));
    }

    @Test
    void whereNothingIsErasedTheResultCanBeClosedAndTheImagesStay() {
        try (PointerScope scope = new PointerScope()) {
            Tensor images = Tensors.zeros(ScalarType.Float, 1, 3, SIZE, SIZE);
            new RandomErasing(0, 1).apply(images, 0, new int[] {0}).close();
            assertThat(Tensors.toFloats(images)).containsOnly(0);
        }
    }
}

package io.bandpass.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.classify.MixDraw.Kind;
import io.bandpass.config.MixConfig;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Seeds are fixed, so that bounds of four standard deviations hold always or never. */
final class MixupTest {
    private static final int STEPS = 4000;
    private static final int SIZE = 32;
    private static final Offset<Double> ROUNDING = within(1e-6);

    private static MixConfig config(double mixup, double cutmix, double probability, double switching) {
        return new MixConfig(mixup, cutmix, probability, switching, 0.1, 0);
    }

    private static List<MixDraw> draw(MixConfig config) {
        Mixup mixing = new Mixup(config, SIZE, 8);
        return LongStream.range(0, STEPS).mapToObj(mixing::draw).toList();
    }

    private static int count(List<MixDraw> mixes, Predicate<MixDraw> which) {
        return (int) mixes.stream().filter(which).count();
    }

    @Test
    void kindsComeWithTheirProbabilities() {
        List<MixDraw> mixes = draw(config(0.8, 1, 0.75, 0.4));
        assertThat(count(mixes, mix -> mix.kind() == Kind.NONE)).isCloseTo(1000, within(110));
        assertThat(count(mixes, mix -> mix.kind() == Kind.CUTMIX)).isCloseTo(1200, within(116));
        assertThat(count(mixes, mix -> mix.kind() == Kind.MIXUP)).isCloseTo(1800, within(126));
        assertThat(draw(config(0.8, 0, 1, 1))).allMatch(mix -> mix.kind() == Kind.MIXUP);
        assertThat(draw(config(0, 1, 1, 0))).allMatch(mix -> mix.kind() == Kind.CUTMIX);
        assertThat(draw(config(0, 0, 1, 0.5))).containsOnly(MixDraw.NONE);
        assertThat(draw(config(0.8, 1, 0, 0.5))).containsOnly(MixDraw.NONE);
    }

    @Test
    void theLambdaOfMixupIsThatOfBetaAndTheSameForTheSameStep() {
        List<MixDraw> mixes = draw(config(0.8, 0, 1, 0));
        double variance = mixes.stream()
                .mapToDouble(mix -> (mix.lambda() - 0.5) * (mix.lambda() - 0.5))
                .average()
                .orElseThrow();
        assertThat(variance).isCloseTo(1 / (4 * 2.6), within(0.004));
        assertThat(draw(config(0.8, 0, 1, 0))).isEqualTo(mixes);
        assertThat(mixes.stream().map(MixDraw::lambda).distinct().count()).isEqualTo(STEPS);
        assertThat(new Mixup(config(0.8, 0, 1, 0), SIZE, 9).draw(0)).isNotEqualTo(mixes.get(0));
    }

    @Test
    void boxesOfCutmixAreClippedAndLambdaIsWhatTheyLeave() {
        List<MixDraw> mixes = draw(config(0, 1, 1, 0));
        assertThat(mixes).allSatisfy(mix -> {
            Box box = mix.box();
            assertThat(box.top()).isNotNegative();
            assertThat(box.left()).isNotNegative();
            assertThat(box.top() + box.height()).isLessThanOrEqualTo(SIZE);
            assertThat(box.left() + box.width()).isLessThanOrEqualTo(SIZE);
            assertThat(mix.lambda()).isCloseTo(1 - box.area() / 1024.0, ROUNDING);
        });
        // A square that is not clipped has sides of an even number of pixels.
        assertThat(mixes).anyMatch(mix -> mix.box().height() != mix.box().width());
        assertThat(mixes).anyMatch(mix -> mix.box().top() + mix.box().height() == SIZE);
        // E[area] before clipping is 1/2; clipping at random centres takes some of it.
        double mean = mixes.stream().mapToDouble(MixDraw::lambda).average().orElseThrow();
        assertThat(mean).isBetween(0.62, 0.72);
    }

    @Test
    void mixupIsTheWeightedMeanAndCutmixTheBox() {
        try (PointerScope scope = new PointerScope()) {
            Tensor ones = Tensor.create(filled(1), 2, 3, 4, 4);
            Tensor fives = Tensor.create(filled(5), 2, 3, 4, 4);
            MixDraw mixup = new MixDraw(Kind.MIXUP, 0.75, new Box(0, 0, 0, 0));
            assertThat(Tensors.toFloats(mixup.apply(ones, fives))).containsOnly(2);
            MixDraw cutmix = new MixDraw(Kind.CUTMIX, 0.875, new Box(1, 2, 2, 1));
            float[] cut = Tensors.toFloats(cutmix.apply(ones, fives));
            for (int i = 0; i < cut.length; i++) {
                int row = i / 4 % 4;
                boolean inside = (row == 1 || row == 2) && i % 4 == 2;
                assertThat(cut[i]).isEqualTo(inside ? 5 : 1);
            }
            MixDraw.NONE.apply(ones, fives).close();
            assertThat(Tensors.toFloats(ones)).containsOnly(1);
        }
    }

    private static float[] filled(float value) {
        float[] values = new float[2 * 3 * 4 * 4];
        Arrays.fill(values, value);
        return values;
    }

    /** By hand: 4 classes and smoothing 0.2 give 0.05 and 0.85. */
    @Test
    void targetsAreSmoothedAndMixed() {
        try (PointerScope scope = new PointerScope()) {
            Tensor labels = Tensors.ofLongs(new long[] {0, 2, 3}, 3);
            Tensor partners = Tensors.ofLongs(new long[] {1, 2, 0}, 3);
            MixDraw mix = new MixDraw(Kind.MIXUP, 0.75, new Box(0, 0, 0, 0));
            assertTargets(
                    mix.targets(labels, partners, 4, 0.2),
                    new double[] {0.65, 0.25, 0.05, 0.05, 0.05, 0.05, 0.85, 0.05, 0.25, 0.05, 0.05, 0.65});
            assertTargets(
                    mix.targets(labels, partners, 4, 0), new double[] {0.75, 0.25, 0, 0, 0, 0, 1, 0, 0.25, 0, 0, 0.75});
            assertTargets(
                    MixDraw.NONE.targets(labels, partners, 4, 0.2),
                    new double[] {0.85, 0.05, 0.05, 0.05, 0.05, 0.05, 0.85, 0.05, 0.05, 0.05, 0.05, 0.85});
        }
    }

    private static void assertTargets(Tensor targets, double[] expected) {
        assertThat(Tensors.shape(targets)).containsExactly(3, 4);
        assertThat(Tensors.toDoubles(targets)).containsExactly(expected, ROUNDING);
    }

    @Test
    void aBatchInAnyPartsIsTheBatch() {
        int batch = 7;
        Mixup mixing = new Mixup(config(0.8, 1, 1, 0.5), SIZE, 3);
        try (PointerScope scope = new PointerScope()) {
            Tensor images = torch.randn(batch, 3, SIZE, SIZE);
            Tensor labels = Tensors.ofLongs(new long[] {0, 1, 2, 3, 4, 3, 1}, batch);
            List<Kind> seen = new ArrayList<>();
            for (long step = 0; step < 8; step++) {
                MixDraw mix = mixing.draw(step);
                seen.add(mix.kind());
                Tensor whole = mix.apply(images, images.flip(0));
                Tensor targets = mix.targets(labels, labels.flip(0), 5, 0.1);
                for (int part : new int[] {1, 2, 3, 7}) {
                    for (int from = 0; from < batch; from += part) {
                        int to = Math.min(batch, from + part);
                        Tensor partners = Tensors.ofLongs(
                                Arrays.stream(Mixup.partners(from, to, batch))
                                        .asLongStream()
                                        .toArray(),
                                to - from);
                        Tensor mixed = mix.apply(Tensors.slice(images, 0, from, to), images.index_select(0, partners));
                        assertThat(mixed.equal(Tensors.slice(whole, 0, from, to)))
                                .isTrue();
                        Tensor soft = mix.targets(
                                Tensors.slice(labels, 0, from, to), labels.index_select(0, partners), 5, 0.1);
                        assertThat(soft.equal(Tensors.slice(targets, 0, from, to)))
                                .isTrue();
                    }
                }
            }
            assertThat(seen).contains(Kind.MIXUP, Kind.CUTMIX);
        }
    }

    @Test
    void partnersAreCountedFromTheOtherEnd() {
        assertThat(Mixup.partners(0, 4, 4)).containsExactly(3, 2, 1, 0);
        assertThat(Mixup.partners(2, 4, 5)).containsExactly(2, 1);
    }
}

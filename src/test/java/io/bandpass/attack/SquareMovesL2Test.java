package io.bandpass.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.attack.SquareMoves.Change;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SquareMovesL2Test {
    private static final double EPS = 0.5;
    private static final int SIDE = 7;
    private static final SquareMovesL2 MOVES = new SquareMovesL2(EPS, new AttackRandom("square", 3));

    /** Far from 0 and 1, so that nothing is clamped: (2, 3, H, W). */
    private static AttackBatch grey(int height, int width) {
        Tensor images = Tensors.add(Tensors.zeros(ScalarType.Float, 2, 3, height, width), 0.5);
        return new AttackBatch(images, Tensors.ofLongs(new long[] {0, 1}, 2), new long[] {7, 8});
    }

    private static double length(Tensor difference) {
        return difference.norm().item_double();
    }

    /** The values of pyautoattack 0.2.0, upright. */
    @Test
    void patternsAreThePublishedProgramsOnes() {
        assertThat(SquareMovesL2.bumps(3))
                .containsExactly(
                        new float[] {
                            0.13608f, 0.68041f, 0.13608f, -0.1291f, -0.1291f, -0.1291f, -0.1291f, -0.6455f, -0.1291f
                        },
                        within(1e-5f));
        float[] five = SquareMovesL2.bumps(5);
        assertThat(five[7]).isCloseTo(0.60224f, within(1e-5f));
        assertThat(five[10]).isCloseTo(-0.04559f, within(1e-5f));
        assertThat(five[17]).isCloseTo(-0.55848f, within(1e-5f));
    }

    @ParameterizedTest
    @CsvSource({"32, 32", "28, 28", "20, 33", "3, 3", "1, 4"})
    void theStartUsesUpEps(int height, int width) {
        try (PointerScope scope = new PointerScope()) {
            AttackBatch batch = grey(height, width);
            Tensor changes = MOVES.start(batch, 0).sub(batch.images());
            assertThat(length(changes.select(0, 0))).isCloseTo(EPS, within(1e-5));
            assertThat(length(changes.select(0, 1))).isCloseTo(EPS, within(1e-5));
            assertThat(torch.equal(changes.select(0, 0), changes.select(0, 1))).isFalse();
        }
    }

    @Test
    void aChangeMovesEnergyFromOneSquareToAnother() {
        try (PointerScope scope = new PointerScope()) {
            AttackBatch batch = grey(32, 32);
            Tensor image = batch.images().select(0, 0);
            Tensor point = MOVES.start(batch, 0).select(0, 0);
            Tensor before = point.clone();
            long still = pixels(point.sub(image).abs().lt(new Scalar(1e-7)));
            long mostEmptied = 0;
            for (int query = 0; query < 20; query++) {
                Change change = MOVES.change(point, image, 7, 0, query, SIDE);
                Tensor perturbation = point.sub(image);
                assertThat(length(perturbation)).isCloseTo(EPS, within(1e-5));
                assertThat(pixels(point.sub(before).abs().gt(new Scalar(1e-6)))).isBetween(1L, 2L * SIDE * SIDE);
                long emptied = pixels(perturbation.abs().lt(new Scalar(1e-7))) - still;
                mostEmptied = Math.max(mostEmptied, emptied);
                change.undo();
                assertThat(Golden.largestDifference(point, before)).isZero();
            }
            // Unless they lie on each other or on the unperturbed margin.
            assertThat(mostEmptied).isEqualTo(SIDE * SIDE);
        }
    }

    /** Number of pixels of which a channel is true. */
    private static long pixels(Tensor mask) {
        return mask.any(0, false).sum().item_long();
    }

    /** What clamping to [0, 1] takes away is given to the squares of later queries. */
    @Test
    void clampedImagesStayWithinReach() {
        try (PointerScope scope = new PointerScope()) {
            AttackBatch black = new AttackBatch(
                    Tensors.zeros(ScalarType.Float, 1, 3, 16, 16), Tensors.ofLongs(new long[] {0}, 1), new long[] {1});
            Tensor image = black.images().select(0, 0);
            Tensor point = MOVES.start(black, 0).select(0, 0);
            double start = length(point);
            assertThat(start).isLessThan(EPS);
            IntStream.range(0, 200).forEach(query -> {
                MOVES.change(point, image, 1, 0, query, 3);
                assertThat(length(point)).isLessThan(EPS + 1e-5);
            });
            assertThat(point.min().item_double()).isZero();
            assertThat(length(point)).isGreaterThan(start);
        }
    }
}

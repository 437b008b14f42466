package io.bandpass.frequency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MaskSamplerTest {
    private static final int[] MANY = IntStream.range(0, 20_000).toArray();

    @Test
    void drawsDependOnSeedEpochAndIndexAlone() {
        MaskSampler sampler = new MaskSampler(7);
        MaskDraws draws = sampler.draw(0.3, 4, new int[] {5, 9, 5});
        assertThat(draws.lowPass()[0]).isEqualTo(draws.lowPass()[2]);
        assertThat(draws.uniform()[0]).isEqualTo(draws.uniform()[2]).isNotEqualTo(draws.uniform()[1]);
        MaskDraws first = sampler.draw(0.3, 0, MANY);
        MaskDraws again = new MaskSampler(7).draw(0.3, 0, MANY);
        assertThat(first.lowPass()).isEqualTo(again.lowPass());
        assertThat(first.uniform()).isEqualTo(again.uniform());
        MaskDraws nextEpoch = sampler.draw(0.3, 1, MANY);
        MaskDraws otherSeed = new MaskSampler(8).draw(0.3, 0, MANY);
        assertThat(first.lowPass()).isNotEqualTo(nextEpoch.lowPass()).isNotEqualTo(otherSeed.lowPass());
        assertThat(first.uniform()).isNotEqualTo(nextEpoch.uniform()).isNotEqualTo(otherSeed.uniform());
    }

    /** Runs of earlier versions drew one number per image, and go on with the same filters. */
    @Test
    void theFilterFollowsFromTheFirstNumber() {
        MaskDraws draws = new MaskSampler(11).draw(0.4, 3, MANY);
        for (int i : MANY) {
            double first = KeyedRandom.of(11, Purpose.MASK, 3, i).nextDouble();
            assertThat(draws.lowPass()[i]).isEqualTo(first < 0.4);
        }
    }

    @Test
    void numbersAreUniformAndIndependentOfTheFilter() {
        MaskDraws draws = new MaskSampler(7).draw(0.3, 0, MANY);
        int low = 0;
        int[][] tenths = new int[2][10];
        for (int i : MANY) {
            assertThat(draws.uniform()[i]).isGreaterThanOrEqualTo(0).isLessThan(1);
            low += draws.lowPass()[i] ? 1 : 0;
            tenths[draws.lowPass()[i] ? 1 : 0][(int) (10 * draws.uniform()[i])]++;
        }
        double share = low / (double) MANY.length;
        // Five standard deviations.
        assertThat(share).isCloseTo(0.3, within(5 * Math.sqrt(0.3 * 0.7 / MANY.length)));
        for (int filter : new int[] {0, 1}) {
            double count = filter == 1 ? low : MANY.length - low;
            for (int tenth : tenths[filter]) {
                assertThat(tenth / count).isCloseTo(0.1, within(5 * Math.sqrt(0.09 / count)));
            }
        }
    }

    /** So an image that is low-pass at the beginning of a warm-up stays so until its end, were it drawn in one epoch. */
    @Test
    void aHigherProbabilityOnlyAddsLowPassImages() {
        MaskSampler sampler = new MaskSampler(7);
        MaskDraws before = sampler.draw(0.2, 0, MANY);
        MaskDraws after = sampler.draw(0.6, 0, MANY);
        int added = 0;
        for (int i : MANY) {
            assertThat(before.lowPass()[i] && !after.lowPass()[i]).isFalse();
            added += before.lowPass()[i] == after.lowPass()[i] ? 0 : 1;
        }
        assertThat(added / (double) MANY.length).isCloseTo(0.4, within(5 * Math.sqrt(0.4 * 0.6 / MANY.length)));
        assertThat(after.uniform()).isEqualTo(before.uniform());
        assertThat(sampler.draw(0, 0, MANY).lowPass()).doesNotContain(true);
        assertThat(sampler.draw(1, 0, MANY).lowPass()).doesNotContain(false);
    }

    @Test
    void partsAreThoseOfTheWhole() {
        MaskSampler sampler = new MaskSampler(7);
        MaskDraws whole = sampler.draw(0.5, 0, new int[] {3, 1, 4, 1, 5});
        MaskDraws part = sampler.draw(0.5, 0, new int[] {1, 4, 1});
        assertThat(whole.part(1, 4).lowPass()).isEqualTo(part.lowPass());
        assertThat(whole.part(1, 4).uniform()).isEqualTo(part.uniform());
    }
}

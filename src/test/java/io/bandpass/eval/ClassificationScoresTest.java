package io.bandpass.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.torch.Tensors;
import java.util.OptionalDouble;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

final class ClassificationScoresTest {
    private static void add(ClassificationScores scores, float[] logits, long... labels) {
        try (PointerScope scope = new PointerScope()) {
            scores.add(
                    Tensors.ofFloats(logits, labels.length, logits.length / labels.length),
                    Tensors.ofLongs(labels, labels.length));
        }
    }

    /** The logit that gives class 0 of two this probability, where the other logit is 0. */
    private static float logit(double probability) {
        return (float) Math.log(probability / (1 - probability));
    }

    @Test
    void countsWhatIsRightOverAllBatches() {
        ClassificationScores scores = new ClassificationScores(3);
        add(scores, new float[] {3, 1, 0, 0, 2, 1}, 0, 1);
        add(scores, new float[] {0, 2, 1, 5, 4, 0}, 0, 0);

        assertThat(scores.images()).isEqualTo(4);
        assertThat(scores.top1()).isEqualTo(0.75);
        assertThat(scores.confusion()).isDeepEqualTo(new long[][] {{2, 1, 0}, {0, 1, 0}, {0, 0, 0}});
        assertThat(scores.classAccuracies())
                .containsExactly(OptionalDouble.of(2 / 3.0), OptionalDouble.of(1), OptionalDouble.empty());
    }

    @Test
    void topFiveCountsTheFiveLargestLogits() {
        ClassificationScores scores = new ClassificationScores(7);
        float[] falling = {7, 6, 5, 4, 3, 2, 1};
        add(scores, falling, 4);
        add(scores, falling, 5);
        add(scores, falling, 0);
        assertThat(scores.top5()).isEqualTo(2 / 3.0);
        assertThat(scores.top1()).isEqualTo(1 / 3.0);
    }

    @Test
    void ofEqualLogitsTheFirstIsTheLargest() {
        ClassificationScores scores = new ClassificationScores(7);
        float[] equal = new float[7];
        add(scores, equal, 0);
        add(scores, equal, 4);
        add(scores, equal, 5);
        assertThat(scores.top1()).isEqualTo(1 / 3.0);
        assertThat(scores.top5()).isEqualTo(2 / 3.0);
    }

    @Test
    void withFewerThanFiveClassesAllAreAmongTheTop() {
        ClassificationScores scores = new ClassificationScores(2);
        add(scores, new float[] {1, 0, 0, 1}, 1, 1);
        assertThat(scores.top1()).isEqualTo(0.5);
        assertThat(scores.top5()).isEqualTo(1);
    }

    @Test
    void crossEntropyIsTheMeanOfTheLogarithms() {
        ClassificationScores scores = new ClassificationScores(2);
        add(scores, new float[] {logit(0.8), 0, logit(0.8), 0}, 0, 1);
        assertThat(scores.crossEntropy()).isCloseTo(-(Math.log(0.8) + Math.log(0.2)) / 2, within(1e-7));

        ClassificationScores large = new ClassificationScores(2);
        add(large, new float[] {1000, -1000}, 1);
        assertThat(large.crossEntropy()).isEqualTo(2000);
    }

    /** Of 15 bins, 0.62 lies in the tenth (0.6 to 0.667), 0.7 in the eleventh, and 0.99 in the last. */
    @Test
    void calibrationErrorComparesAccuracyAndConfidenceOfEachBin() {
        ClassificationScores scores = new ClassificationScores(2);
        float[] logits = {logit(0.62), 0, logit(0.64), 0, logit(0.7), 0, logit(0.99), 0};
        add(scores, logits, 0, 1, 0, 1);

        double tenth = Math.abs(1 / 2.0 - (0.62 + 0.64) / 2);
        double eleventh = 1 - 0.7;
        double last = 0.99;
        assertThat(scores.calibrationError()).isCloseTo((2 * tenth + eleventh + last) / 4, within(1e-7));
    }

    @Test
    void aBinTakesInItsUpperEdge() {
        ClassificationScores scores = new ClassificationScores(2);
        // Certain, and right: the last bin, no error. Of equal logits the probability is 0.5, in the eighth bin.
        add(scores, new float[] {1000, 0, 0, 0}, 0, 1);
        assertThat(scores.calibrationError()).isCloseTo(0.5 / 2, within(1e-12));
    }

    @Test
    void refusesWhatDoesNotFit() {
        ClassificationScores scores = new ClassificationScores(2);
        assertThatThrownBy(() -> add(scores, new float[] {1, 2, 3}, 0)).hasMessageContaining("[1, 3]");
        assertThatThrownBy(() -> add(scores, new float[] {1, 2}, 2))
                .hasMessage("label 2 is not one of 2 classes, which are counted from 0");
        assertThatThrownBy(() -> add(scores, new float[] {1, Float.NaN}, 0))
                .hasMessage("logit 1 of an image is NaN, but must be finite");
        assertThatThrownBy(scores::top1).isInstanceOf(IllegalStateException.class);
    }
}

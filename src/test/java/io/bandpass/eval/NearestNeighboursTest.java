package io.bandpass.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.task.NotFiniteException;
import io.bandpass.testing.LabelsOnly;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NearestNeighboursTest {
    private static Features features(float[][] rows, int... labels) {
        int width = rows[0].length;
        float[] flat = new float[rows.length * width];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * width, width);
        }
        return new Features(Tensors.ofFloats(flat, rows.length, width), LabelsOnly.of(5, labels));
    }

    /** The same vote, one image after another, in double. */
    private static double oracle(float[][] train, int[] classes, float[][] test, int[] truth, int k, double t) {
        int right = 0;
        for (int i = 0; i < test.length; i++) {
            double[] cosine = new double[train.length];
            for (int j = 0; j < train.length; j++) {
                cosine[j] = cosine(test[i], train[j]);
            }
            double[] votes = new double[5];
            IntStream.range(0, train.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(j -> -cosine[j]))
                    .limit(k)
                    .forEach(j -> votes[classes[j]] += Math.exp(cosine[j] / t));
            int best = IntStream.range(0, 5)
                    .boxed()
                    .max(Comparator.comparingDouble(c -> votes[c]))
                    .orElseThrow();
            right += best == truth[i] ? 1 : 0;
        }
        return right / (double) test.length;
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * (double) b[i];
            aa += a[i] * (double) a[i];
            bb += b[i] * (double) b[i];
        }
        return dot / Math.sqrt(aa * bb);
    }

    private static float[][] noise(Random random, int rows) {
        float[][] values = new float[rows][7];
        for (float[] row : values) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return values;
    }

    @ParameterizedTest
    @CsvSource({"1, 0.07", "5, 0.07", "20, 0.07", "20, 1", "1000, 0.5"})
    void equalsAVoteInDouble(int k, double temperature) {
        Random random = new Random(k);
        float[][] train = noise(random, 120);
        // More than one batch of queries.
        float[][] test = noise(random, 300);
        int[] trainLabels = random.ints(120, 0, 5).toArray();
        int[] testLabels = random.ints(300, 0, 5).toArray();
        try (PointerScope scope = new PointerScope()) {
            double top1 = new NearestNeighbours(k, temperature)
                    .top1(features(train, trainLabels), features(test, testLabels));
            assertThat(top1).isEqualTo(oracle(train, trainLabels, test, testLabels, k, temperature));
        }
    }

    /** The limit of a small temperature is the vote of the nearest alone; exp(cosine / 0.01) is no float any more. */
    @ParameterizedTest
    @ValueSource(doubles = {0.011, 1e-3, 1e-6, 1e-300, Double.MIN_VALUE})
    void anySmallTemperatureLetsTheNearestDecide(double temperature) {
        Random random = new Random(5);
        float[][] train = noise(random, 120);
        float[][] test = noise(random, 300);
        int[] trainLabels = random.ints(120, 0, 5).toArray();
        int[] testLabels = random.ints(300, 0, 5).toArray();
        try (PointerScope scope = new PointerScope()) {
            double top1 = new NearestNeighbours(20, temperature)
                    .top1(features(train, trainLabels), features(test, testLabels));
            double expected = temperature > 0.01
                    ? oracle(train, trainLabels, test, testLabels, 20, temperature)
                    : oracle(train, trainLabels, test, testLabels, 1, 0.07);
            assertThat(top1).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e6, 1e300, Double.MAX_VALUE})
    void aLargeTemperatureLetsAllDecideAlike(double temperature) {
        float[][] train = {{1, 0}, {0.1f, 1}, {0, 1}};
        float[][] test = {{1, 0}};
        try (PointerScope scope = new PointerScope()) {
            assertThat(new NearestNeighbours(3, temperature).top1(features(train, 0, 1, 1), features(test, 1)))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void whatIsNotFiniteHasNoScore(float broken) {
        float[][] sound = {{1, 0}, {0, 1}, {1, 1}};
        float[][] two = {{1, 0}, {broken, 1}, {1, broken}};
        NearestNeighbours vote = new NearestNeighbours(2, 0.07);
        try (PointerScope scope = new PointerScope()) {
            assertThatThrownBy(() -> vote.top1(features(sound, 0, 1, 2), features(two, 0, 1, 2)))
                    .isInstanceOf(NotFiniteException.class)
                    .hasMessage("the features of 2 of 3 images to classify are not finite numbers");
            assertThatThrownBy(() -> vote.top1(features(two, 0, 1, 2), features(sound, 0, 1, 2)))
                    .isInstanceOf(NotFiniteException.class)
                    .hasMessage("the features of 2 of 3 training images are not finite numbers");
        }
    }

    /** The square of 1e30 is no float, that of 1e-30 is 0. */
    @ParameterizedTest
    @ValueSource(floats = {1e30f, 1e38f, 1e-30f, 1e-37f})
    void theLengthOfAFeatureDoesNotCountHoweverLargeOrSmall(float factor) {
        Random random = new Random(6);
        float[][] train = noise(random, 120);
        float[][] test = noise(random, 300);
        int[] trainLabels = random.ints(120, 0, 5).toArray();
        int[] testLabels = random.ints(300, 0, 5).toArray();
        double expected = oracle(train, trainLabels, test, testLabels, 5, 0.07);
        try (PointerScope scope = new PointerScope()) {
            assertThat(new NearestNeighbours(5, 0.07)
                            .top1(features(times(train, factor), trainLabels), features(test, testLabels)))
                    .isEqualTo(expected);
            assertThat(new NearestNeighbours(5, 0.07)
                            .top1(features(train, trainLabels), features(times(test, factor), testLabels)))
                    .isEqualTo(expected);
        }
    }

    private static float[][] times(float[][] rows, float factor) {
        float[][] scaled = new float[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            scaled[i] = rows[i].clone();
            for (int j = 0; j < scaled[i].length; j++) {
                // 1e38 times the largest of them is no float.
                scaled[i][j] *= factor / 8;
            }
        }
        return scaled;
    }

    /** More training images than are compared at once, which come in batches of any size. */
    @Test
    void imagesThatComeInBatchesGiveTheSameVote() throws IOException {
        Random random = new Random(7);
        int count = 2 * Vote.BLOCK + 777;
        float[][] train = noise(random, count);
        float[][] test = noise(random, 40);
        int[] trainLabels = random.ints(count, 0, 5).toArray();
        int[] testLabels = random.ints(40, 0, 5).toArray();
        double expected = oracle(train, trainLabels, test, testLabels, 30, 0.07);
        NearestNeighbours vote = new NearestNeighbours(30, 0.07);
        try (PointerScope scope = new PointerScope()) {
            Features voters = features(train, trainLabels);
            assertThat(vote.top1(voters, features(test, testLabels))).isEqualTo(expected);
            for (int batch : new int[] {100, 3000, count}) {
                NearestNeighbours.Outcome outcome = vote.vote(
                        voters.images(),
                        sink -> {
                            for (int from = 0; from < count; from += batch) {
                                int to = Math.min(count, from + batch);
                                sink.accept(
                                        Tensors.slice(voters.values(), 0, from, to),
                                        IntStream.range(from, to).toArray());
                            }
                        },
                        features(test, testLabels));
                assertThat(outcome).isEqualTo(new NearestNeighbours.Outcome(expected, count, 40));
            }
        }
    }

    @Test
    void lengthOfAFeatureDoesNotCount() {
        float[][] train = {{100, 1}, {0.001f, 0.1f}};
        float[][] test = {{0.5f, 0}, {0, 30}};
        try (PointerScope scope = new PointerScope()) {
            assertThat(new NearestNeighbours(1, 0.07).top1(features(train, 3, 4), features(test, 3, 4)))
                    .isEqualTo(1);
            assertThat(new NearestNeighbours(1, 0.07).top1(features(train, 4, 3), features(test, 3, 4)))
                    .isZero();
        }
    }

    @Test
    void featuresOfNothingButZerosCountAsWrongOrRightButNeverFail() {
        float[][] zeros = {{0, 0}, {0, 0}};
        try (PointerScope scope = new PointerScope()) {
            assertThat(new NearestNeighbours(2, 0.07).top1(features(zeros, 1, 1), features(zeros, 1, 2)))
                    .isEqualTo(0.5);
        }
    }
}

package io.bandpass.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.testing.LabelsOnly;
import io.bandpass.torch.Tensors;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

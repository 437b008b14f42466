package io.bandpass.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.torch.Tensors;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

final class BatchNorm1dTest {
    private static final Offset<Float> CLOSE = within(1e-5f);
    private static final double[][] ROWS = {{1, -2}, {4, 0}, {10, 5}};

    private static float[] flat() {
        return new float[] {1, -2, 4, 0, 10, 5};
    }

    private static double mean(int column) {
        return (ROWS[0][column] + ROWS[1][column] + ROWS[2][column]) / 3;
    }

    private static double squares(int column) {
        double sum = 0;
        for (double[] row : ROWS) {
            sum += Math.pow(row[column] - mean(column), 2);
        }
        return sum;
    }

    @Test
    void trainingDividesByTheDeviationOfTheBatchAndEvaluationByThatOfAllBatches() {
        try (PointerScope scope = new PointerScope();
                BatchNorm1d norm = new BatchNorm1d(2)) {
            float[] training = Tensors.toFloats(norm.forward(Tensors.ofFloats(flat(), 3, 2)));
            // A second batch, of mean 1 and variance 2 (unbiased) in both columns.
            norm.forward(Tensors.ofFloats(new float[] {0, 0, 2, 2}, 2, 2));
            norm.setTraining(false);
            float[] evaluation = Tensors.toFloats(norm.forward(Tensors.ofFloats(flat(), 3, 2)));
            for (int i = 0; i < 6; i++) {
                int column = i % 2;
                double x = ROWS[i / 2][column];
                double ofBatch = (x - mean(column)) / Math.sqrt(squares(column) / 3 + 1e-6);
                assertThat(training[i]).isCloseTo((float) ofBatch, CLOSE);
                double variance = (squares(column) / 2 + 2) / 2;
                double ofBoth = (x - (mean(column) + 1) / 2) / Math.sqrt(variance + 1e-6);
                assertThat(evaluation[i]).isCloseTo((float) ofBoth, CLOSE);
            }
        }
    }

    @Test
    void nothingOfItIsTrained() {
        try (BatchNorm1d norm = new BatchNorm1d(2)) {
            assertThat(norm.parameters()).isEmpty();
            assertThat(norm.buffers()).extracting(NamedTensor::name).containsExactly("running_mean", "running_var");
        }
    }
}

package io.bandpass.eval;

import io.bandpass.config.ProbeConfig;
import io.bandpass.data.EpochOrder;
import io.bandpass.nn.Initialisation;
import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A linear probe by SGD in double, number by number. */
final class ProbeOracle {
    private static final double EPSILON = 1e-6;

    private final int width;
    private final int classes;
    private final double[][] weight;
    private final double[] bias;
    private final double[] mean;
    private final double[] variance;

    ProbeOracle(Features train, ProbeConfig config, int classes) {
        this.classes = classes;
        double[] values = Tensors.toDoubles(train.values());
        int images = train.images().size();
        width = values.length / images;
        weight = new double[classes][width + 1];
        bias = new double[classes];
        mean = new double[width];
        variance = new double[width];
        start(config.seed());
        double[][] momentum = new double[classes][width + 1];
        int batch = Math.min(config.batchSize(), images);
        int perEpoch = images / batch;
        int steps = config.epochs() * perEpoch;
        EpochOrder order = LinearProbe.order(config, images);
        for (int step = 0; step < steps; step++) {
            int[] rows = new int[batch];
            for (int i = 0; i < batch; i++) {
                rows[i] = order.at(step / perEpoch, step % perEpoch * batch + i);
            }
            double[][] gradient = gradient(values, train, rows);
            double rate = rate(config, step, perEpoch, steps, batch);
            for (int c = 0; c < classes; c++) {
                for (int i = 0; i <= width; i++) {
                    momentum[c][i] = 0.9 * momentum[c][i] + gradient[c][i];
                    weight[c][i] -= rate * momentum[c][i];
                }
                bias[c] = weight[c][width];
            }
        }
        for (int axis = 0; axis < width; axis++) {
            mean[axis] /= steps;
            variance[axis] /= steps;
        }
    }

    private void start(long seed) {
        Tensor fresh = Tensors.zeros(ScalarType.Float, classes, width);
        Initialisation.normal(fresh, 0.01, seed, "probe.weight");
        double[] values = Tensors.toDoubles(fresh);
        for (int c = 0; c < classes; c++) {
            System.arraycopy(values, c * width, weight[c], 0, width);
        }
    }

    private static double rate(ProbeConfig config, int step, int perEpoch, int steps, int batch) {
        double peak = config.learningRate() * batch / 256;
        int t = Math.max(0, step - 1);
        int warm = (int) (config.epochs() / 9.0 * perEpoch);
        return t < warm ? peak * t / warm : peak * (1 + Math.cos(Math.PI * t / steps)) / 2;
    }

    private double[][] gradient(double[] values, Features train, int[] rows) {
        double[][] x = new double[rows.length][width + 1];
        for (int axis = 0; axis < width; axis++) {
            double sum = 0;
            for (int row : rows) {
                sum += values[row * width + axis];
            }
            double average = sum / rows.length;
            double squares = 0;
            for (int row : rows) {
                squares += Math.pow(values[row * width + axis] - average, 2);
            }
            for (int i = 0; i < rows.length; i++) {
                x[i][axis] = (values[rows[i] * width + axis] - average) / Math.sqrt(squares / rows.length + EPSILON);
            }
            // Sums over all batches, divided at the end.
            mean[axis] += average;
            variance[axis] += squares / (rows.length - 1);
        }
        double[][] gradient = new double[classes][width + 1];
        for (int i = 0; i < rows.length; i++) {
            x[i][width] = 1;
            double[] probability = softmax(x[i]);
            for (int c = 0; c < classes; c++) {
                double error = probability[c] - (train.images().label(rows[i]) == c ? 1 : 0);
                for (int axis = 0; axis <= width; axis++) {
                    gradient[c][axis] += error * x[i][axis] / rows.length;
                }
            }
        }
        return gradient;
    }

    private double[] softmax(double[] x) {
        double[] result = new double[classes];
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            double logit = 0;
            for (int axis = 0; axis <= width; axis++) {
                logit += weight[c][axis] * x[axis];
            }
            result[c] = Math.exp(logit);
            sum += result[c];
        }
        for (int c = 0; c < classes; c++) {
            result[c] /= sum;
        }
        return result;
    }

    /** (classes, width), row by row. */
    double[] foldedWeight() {
        double[] folded = new double[classes * width];
        for (int c = 0; c < classes; c++) {
            for (int axis = 0; axis < width; axis++) {
                folded[c * width + axis] = weight[c][axis] / Math.sqrt(variance[axis] + EPSILON);
            }
        }
        return folded;
    }

    double[] foldedBias() {
        double[] folded = bias.clone();
        double[] weights = foldedWeight();
        for (int c = 0; c < classes; c++) {
            for (int axis = 0; axis < width; axis++) {
                folded[c] -= weights[c * width + axis] * mean[axis];
            }
        }
        return folded;
    }
}

package io.bandpass.eval;

import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A vote of the k most similar training images, each weighing exp(cosine / temperature) (Wu et al., CVPR 2018): how well
 * features separate classes without training anything on them.
 */
public final class NearestNeighbours {
    private static final int BATCH = 256;

    private final int neighbours;
    private final double temperature;

    /**
     * A classifier.
     *
     * @param neighbours k; fewer where there are fewer training images
     */
    public NearestNeighbours(int neighbours, double temperature) {
        this.neighbours = neighbours;
        this.temperature = temperature;
    }

    /**
     * Fraction of test images whose class the vote gets right, 0 to 1.
     *
     * @param train features of labelled images
     * @param test features of the images to classify, with classes of the same numbers
     */
    public double top1(Features train, Features test) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor bank = unit(train.values()).t();
            Tensor queries = unit(test.values());
            Tensor trainLabels = train.labels();
            Tensor testLabels = test.labels();
            long classes = Math.max(
                    train.images().classNames().size(),
                    test.images().classNames().size());
            long right = 0;
            for (long from = 0; from < queries.size(0); from += BATCH) {
                long to = Math.min(queries.size(0), from + BATCH);
                try (PointerScope inner = new PointerScope()) {
                    Tensor predicted = vote(Tensors.slice(queries, 0, from, to), bank, trainLabels, classes);
                    right += predicted
                            .eq(Tensors.slice(testLabels, 0, from, to))
                            .sum()
                            .item_long();
                }
            }
            return right / (double) queries.size(0);
        }
    }

    private Tensor vote(Tensor queries, Tensor bank, Tensor labels, long classes) {
        long k = Math.min(neighbours, bank.size(1));
        T_TensorTensor_T nearest = torch.matmul(queries, bank).topk(k);
        Tensor weights = nearest.get0().div(new Scalar(temperature)).exp();
        Tensor votedFor = labels.index_select(0, nearest.get1().flatten()).view(queries.size(0), k);
        Tensor votes = Tensors.zeros(ScalarType.Float, queries.size(0), classes).scatter_add(1, votedFor, weights);
        return votes.argmax(new LongOptional(1), false);
    }

    private static Tensor unit(Tensor features) {
        Tensor norm = features.norm(new ScalarOptional(new Scalar(2)), new long[] {1}, true);
        return features.div(norm.clamp_min(new Scalar(1e-12)));
    }
}

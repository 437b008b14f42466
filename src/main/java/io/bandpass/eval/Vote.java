package io.bandpass.eval;

import io.bandpass.task.NotFiniteException;
import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * State of a kNN vote: for each image to classify, the k most similar of the training images added so far. These are
 * compared in blocks of fixed size, so that the result does not depend on the batches in which they arrive.
 */
final class Vote implements AutoCloseable {
    /** Training images compared at once: their similarities with a block of queries take 16 MiB. */
    static final int BLOCK = 4096;

    private static final int QUERIES = 1024;
    /** Queries whose votes are counted at once: votes take a number per class, and there may be many classes. */
    private static final int COUNTED = 256;

    private static final int BYTE_RANGE = 255;
    private static final double SMALLEST_NORM = 1e-12;

    private final Tensor queries;
    private final int neighbours;
    private final Tensor block;
    private final long[] blockLabels = new long[BLOCK];
    private int filled;
    private int voters;
    private long notFinite;
    /** (images to classify, neighbours so far), the most similar first. */
    private Tensor cosines;
    /** Classes of these neighbours, of the same shape. */
    private Tensor labels;

    /**
     * Creates a vote.
     *
     * @param queries features (m, C) to classify, float32, or uint8 for pixels; finite; must outlive the vote
     */
    Vote(Tensor queries, int neighbours) {
        this.queries = queries;
        this.neighbours = neighbours;
        try (PointerScope scope = new PointerScope()) {
            block = Tensors.keep(Tensors.empty(queries.scalar_type().intern(), BLOCK, queries.size(1)));
            cosines = Tensors.keep(Tensors.empty(ScalarType.Float, queries.size(0), 0));
            labels = Tensors.keep(Tensors.empty(ScalarType.Long, queries.size(0), 0));
        }
    }

    /** Adds training images. */
    void add(Tensor features, long[] classes) {
        try (PointerScope scope = new PointerScope()) {
            notFinite += Tensors.rowsNotFinite(features);
            for (int from = 0; from < classes.length; ) {
                int count = Math.min(classes.length - from, BLOCK - filled);
                Tensors.slice(block, 0, filled, filled + count).copy_(Tensors.slice(features, 0, from, from + count));
                System.arraycopy(classes, from, blockLabels, filled, count);
                filled += count;
                from += count;
                if (filled == BLOCK) {
                    compare();
                }
            }
        }
        voters += classes.length;
    }

    /** Returns the number of training images added. */
    int voters() {
        return voters;
    }

    /**
     * Returns the fraction of images whose class gets the largest sum of exp(cosine / temperature), 0 to 1.
     *
     * @param truth (m), int64
     * @throws NotFiniteException if a training feature was not finite
     */
    double right(Tensor truth, int classes, double temperature) {
        if (notFinite > 0) {
            throw NotFiniteException.of("features", notFinite, voters, "training images");
        }
        if (filled > 0) {
            compare();
        }
        long right = 0;
        long images = queries.size(0);
        for (long from = 0; from < images; from += COUNTED) {
            long to = Math.min(images, from + COUNTED);
            try (PointerScope scope = new PointerScope()) {
                Tensor predicted = count(
                        Tensors.slice(cosines, 0, from, to), Tensors.slice(labels, 0, from, to), classes, temperature);
                right += predicted.eq(Tensors.slice(truth, 0, from, to)).sum().item_long();
            }
        }
        return right / (double) images;
    }

    /**
     * Returns the winning classes. Uses exp((cosine - largest) / temperature) in double, which is the same vote and
     * never overflows.
     */
    private static Tensor count(Tensor cosines, Tensor labels, int classes, double temperature) {
        Tensor doubles = cosines.to(ScalarType.Double);
        Tensor weights = doubles.sub(doubles.narrow(1, 0, 1))
                .div(new Scalar(temperature))
                .exp();
        Tensor votes =
                Tensors.zeros(ScalarType.Double, cosines.size(0), classes).scatter_add(1, labels, weights);
        return votes.argmax(new LongOptional(1), false); // (q, classes) -> (q)
    }

    /** Compares the block with all queries and empties it. */
    private void compare() {
        long width = Math.min(neighbours, cosines.size(1) + filled);
        long images = queries.size(0);
        try (PointerScope scope = new PointerScope()) {
            Tensor bank = unit(Tensors.slice(block, 0, 0, filled)).t(); // (C, filled)
            Tensor bankLabels = Tensors.slice(Tensors.ofLongs(blockLabels, BLOCK), 0, 0, filled);
            Tensor bestCosines = Tensors.empty(ScalarType.Float, images, width);
            Tensor bestLabels = Tensors.empty(ScalarType.Long, images, width);
            for (long from = 0; from < images; from += QUERIES) {
                long to = Math.min(images, from + QUERIES);
                try (PointerScope inner = new PointerScope()) {
                    T_TensorTensor_T nearest = torch.matmul(unit(Tensors.slice(queries, 0, from, to)), bank)
                            .topk(Math.min(width, filled));
                    Tensor classes =
                            bankLabels.index_select(0, nearest.get1().flatten()).view(to - from, -1); // (q, k)
                    Tensor both = concatenate(Tensors.slice(cosines, 0, from, to), nearest.get0());
                    T_TensorTensor_T best = both.topk(width);
                    Tensors.slice(bestCosines, 0, from, to).copy_(best.get0());
                    Tensors.slice(bestLabels, 0, from, to)
                            .copy_(concatenate(Tensors.slice(labels, 0, from, to), classes)
                                    .gather(1, best.get1()));
                }
            }
            close(cosines, labels);
            cosines = Tensors.keep(bestCosines);
            labels = Tensors.keep(bestLabels);
        }
        filled = 0;
    }

    private static Tensor concatenate(Tensor left, Tensor right) {
        return torch.cat(new TensorVector(left, right), 1);
    }

    /**
     * Normalises rows to length 1; pixels as fractions of 255. First divides each row by a power of two, which is
     * exact, as the squares of very large or small features would overflow or underflow.
     */
    private static Tensor unit(Tensor rows) {
        boolean bytes = rows.scalar_type().intern() == ScalarType.Byte;
        Tensor values = bytes ? rows.to(ScalarType.Float).div(new Scalar(BYTE_RANGE)) : rows;
        Tensor largest = values.abs().amax(new long[] {1}, true).to(ScalarType.Double);
        Tensor power = largest.clamp_min(new Scalar((double) Float.MIN_NORMAL))
                .log2()
                .floor()
                .exp2();
        Tensor scaled = values.div(power.to(ScalarType.Float));
        Tensor norm = scaled.norm(new ScalarOptional(new Scalar(2)), new long[] {1}, true);
        return scaled.div(norm.clamp_min(new Scalar(SMALLEST_NORM)));
    }

    private static void close(Tensor... tensors) {
        for (Tensor tensor : tensors) {
            tensor.close();
        }
    }

    @Override
    public void close() {
        close(block, cosines, labels);
    }
}

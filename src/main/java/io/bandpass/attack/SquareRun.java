package io.bandpass.attack;

import io.bandpass.attack.SquareMoves.Change;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * One run of the square attack on a batch (Andriushchenko et al., ECCV 2020, algorithm 1). Squares are changed in
 * place, and changed back where that was of no use, so that a query costs little more than a forward pass. Used without
 * gradients.
 */
final class SquareRun implements AutoCloseable {
    /** Share of the pixels that the first squares cover. */
    private static final double INITIAL_SHARE = 0.8;

    /** Last queries, counted from 0, of each of the shares, which halve from one to the next. */
    private static final int[] LAST_QUERIES = {10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000};

    /** Receives what a run does. */
    interface Observer {
        /**
         * Is called after a query.
         *
         * @param side of its squares
         * @param margins of the points that were kept, by position in the batch; of all images
         * @param taken which squares were kept
         */
        void queried(int query, int side, double[] margins, boolean[] taken);
    }

    private final AttackedModel model;
    private final AttackSettings settings;
    private final SquareMoves moves;
    private final int attempt;
    private final long[] keys;
    private final ImageTable table = new ImageTable();
    private final ImageTable.Column labels;
    private final ImageTable.Column images;
    private final ImageTable.Column points;
    private final Tensor result;
    private final double[] margins;
    /** Positions in the batch of the images that are still classified right. */
    private int[] left;

    SquareRun(AttackedModel model, AttackSettings settings, AttackBatch batch, int attempt, SquareMoves moves) {
        this.model = model;
        this.settings = settings;
        this.moves = moves;
        this.attempt = attempt;
        keys = batch.keys();
        try (PointerScope scope = new PointerScope()) {
            labels = table.add(batch.labels());
            images = table.add(batch.images());
            points = table.add(moves.start(batch, attempt));
            result = Tensors.keep(points.get().clone());
            margins = margins();
        }
        left = new int[batch.size()];
        Arrays.setAll(left, i -> i);
    }

    private double[] margins() {
        return Tensors.toDoubles(ImageLoss.margins(model.logits(points.get()), labels.get()));
    }

    /** Runs all queries. Returns the points of the smallest margins: (n, C, H, W). */
    Tensor run(Observer observer) {
        drop();
        for (int query = 0; query < settings.queries() && left.length > 0; query++) {
            int side =
                    moves.side(share(query), points.get().size(2), points.get().size(3));
            boolean[] taken = new boolean[keys.length];
            try (PointerScope scope = new PointerScope()) {
                query(query, side, taken);
            }
            observer.queried(query, side, margins, taken);
            drop();
        }
        save();
        return result.clone();
    }

    /** Share of the pixels that a square covers. */
    private static double share(int query) {
        double share = INITIAL_SHARE;
        for (int last : LAST_QUERIES) {
            if (query > last) {
                share /= 2;
            }
        }
        return share;
    }

    private void query(int query, int side, boolean[] taken) {
        Change[] changes = new Change[left.length];
        for (int row = 0; row < left.length; row++) {
            changes[row] = moves.change(
                    points.get().select(0, row), images.get().select(0, row), keys[left[row]], attempt, query, side);
        }
        double[] now = margins();
        for (int row = 0; row < left.length; row++) {
            // The margin was above 0, so a square that fools the model makes it smaller, too.
            if (now[row] < margins[left[row]]) {
                margins[left[row]] = now[row];
                taken[left[row]] = true;
            } else {
                changes[row].undo();
            }
        }
    }

    /** Drops images that are misclassified: their adversarial versions are in the result. */
    private void drop() {
        int[] rows = IntStream.range(0, left.length)
                .filter(row -> margins[left[row]] > 0)
                .toArray();
        if (rows.length == left.length) {
            return;
        }
        save();
        try (PointerScope scope = new PointerScope()) {
            table.keepRows(longs(rows));
        }
        left = Arrays.stream(rows).map(row -> left[row]).toArray();
    }

    private void save() {
        try (PointerScope scope = new PointerScope()) {
            if (left.length > 0) {
                result.index_copy_(0, longs(left), points.get());
            }
        }
    }

    private Tensor longs(int[] values) {
        Tensor tensor = Tensors.ofLongs(Arrays.stream(values).asLongStream().toArray(), values.length);
        return Tensors.to(tensor, result.device());
    }

    @Override
    public void close() {
        table.close();
        result.close();
    }
}

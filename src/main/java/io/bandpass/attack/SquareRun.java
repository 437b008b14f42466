package io.bandpass.attack;

import io.bandpass.attack.SquareDraws.Placement;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * One run of the square attack on a batch (Andriushchenko et al., ECCV 2020, algorithms 1 and 2). Squares are changed in
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
    private final SquareDraws draws;
    private final int attempt;
    private final long[] keys;
    private final ImageTable table = new ImageTable();
    private final ImageTable.Column labels;
    private final ImageTable.Column points;
    private final Ball ball;
    private final Tensor result;
    private final double[] margins;
    /** Positions in the batch of the images that are still classified right. */
    private int[] left;

    SquareRun(AttackedModel model, AttackSettings settings, AttackBatch batch, int attempt, SquareDraws draws) {
        this.model = model;
        this.settings = settings;
        this.draws = draws;
        this.attempt = attempt;
        keys = batch.keys();
        try (PointerScope scope = new PointerScope()) {
            labels = table.add(batch.labels());
            ball = new Ball(table, batch.images(), AttackNorm.LINF, settings.eps());
            points = table.add(batch.images().add(stripes(batch), new Scalar(settings.eps())));
            ball.project(points.get());
            result = Tensors.keep(points.get().clone());
            margins = margins();
        }
        left = new int[batch.size()];
        Arrays.setAll(left, i -> i);
    }

    /** Returns the signs of the stripes: (n, C, 1, W). */
    private Tensor stripes(AttackBatch batch) {
        int channels = Math.toIntExact(batch.images().size(1));
        int width = Math.toIntExact(batch.images().size(3));
        float[] signs = new float[keys.length * channels * width];
        for (int i = 0; i < keys.length; i++) {
            float[] row = draws.stripes(keys[i], attempt, channels, width);
            System.arraycopy(row, 0, signs, i * row.length, row.length);
        }
        return like(Tensors.ofFloats(signs, keys.length, channels, 1, width), batch.images());
    }

    private static Tensor like(Tensor values, Tensor images) {
        return values.to(images.device(), images.scalar_type());
    }

    private double[] margins() {
        return Tensors.toDoubles(ImageLoss.margins(model.logits(points.get()), labels.get()));
    }

    /** Runs all queries. Returns the points of the smallest margins: (n, C, H, W). */
    Tensor run(Observer observer) {
        drop();
        for (int query = 0; query < settings.queries() && left.length > 0; query++) {
            int side = side(query);
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

    /** Edge of the squares in pixels. */
    private int side(int query) {
        long height = points.get().size(2);
        long width = points.get().size(3);
        double share = INITIAL_SHARE;
        for (int last : LAST_QUERIES) {
            if (query > last) {
                share /= 2;
            }
        }
        long side = Math.max(Math.round(Math.rint(Math.sqrt(share * height * width))), 1);
        return Math.toIntExact(Math.min(side, Math.min(height, width)));
    }

    private void query(int query, int side, boolean[] taken) {
        int channels = Math.toIntExact(points.get().size(1));
        // As published, squares never begin in the last possible row and column.
        int tops = Math.max(Math.toIntExact(points.get().size(2)) - side, 1);
        int lefts = Math.max(Math.toIntExact(points.get().size(3)) - side, 1);
        Tensor[] squares = new Tensor[left.length];
        Tensor[] before = new Tensor[left.length];
        for (int row = 0; row < left.length; row++) {
            Placement place = draws.square(keys[left[row]], attempt, query, tops, lefts, channels);
            squares[row] = square(points.get(), row, place, side);
            before[row] = squares[row].clone();
            Tensor signs = like(Tensors.ofFloats(place.signs(), channels, 1, 1), points.get());
            squares[row].add_(signs, new Scalar(2 * settings.eps()));
            squares[row].clamp_(
                    new TensorOptional(square(ball.lower(), row, place, side)),
                    new TensorOptional(square(ball.upper(), row, place, side)));
        }
        double[] now = margins();
        for (int row = 0; row < left.length; row++) {
            // The margin was above 0, so a square that fools the model makes it smaller, too.
            if (now[row] < margins[left[row]]) {
                margins[left[row]] = now[row];
                taken[left[row]] = true;
            } else {
                squares[row].copy_(before[row]);
            }
        }
    }

    /** Returns a view (C, side, side) of a square in an image. */
    private static Tensor square(Tensor images, int row, Placement place, int side) {
        Tensor rows = Tensors.slice(images.select(0, row), 1, place.top(), (long) place.top() + side);
        return Tensors.slice(rows, 2, place.left(), (long) place.left() + side);
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

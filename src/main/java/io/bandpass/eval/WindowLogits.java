package io.bandpass.eval;

import io.bandpass.eval.SlidingWindows.Span;
import io.bandpass.task.NotFiniteException;
import io.bandpass.torch.Tensors;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Logits of an image, the mean over the windows that cover a pixel, asked for from the top down. Windows are computed
 * when their first row is asked for, kept at the resolution of the model's head, and freed after their last row, so that
 * memory holds two rows of small maps, however high the image is.
 */
final class WindowLogits implements AutoCloseable {
    /**
     * A window.
     *
     * @param logits (1, K, h', w') at the resolution of the model's head
     */
    private record Computed(Span rows, Span columns, Tensor logits) {}

    private final Tensor image;
    private final boolean flipped;
    private final List<Span> rows;
    private final List<Span> columns;
    private final float[] coverAcross;
    private final int classes;
    private final int batchSize;
    private final UnaryOperator<Tensor> model;
    private final Deque<Computed> computed = new ArrayDeque<>();
    private int next;

    /**
     * Creates the logits of an image, of which none is computed yet.
     *
     * @param image (1, 3, h, w), uint8; must outlive this object
     * @param flipped whether the image is mirrored horizontally first
     * @param classes K
     * @param batchSize most windows per forward pass
     * @param model takes windows (n, 3, h, w), uint8; returns logits (n, K, h', w'), float32
     */
    WindowLogits(
            Tensor image,
            boolean flipped,
            SlidingWindows windows,
            int classes,
            int batchSize,
            UnaryOperator<Tensor> model) {
        this.image = image;
        this.flipped = flipped;
        this.classes = classes;
        this.batchSize = batchSize;
        this.model = model;
        rows = windows.along((int) image.size(2));
        columns = windows.along((int) image.size(3));
        coverAcross = cover(columns, 0, (int) image.size(3));
    }

    int height() {
        return (int) image.size(2);
    }

    boolean flipped() {
        return flipped;
    }

    /**
     * Returns the logits of rows {@code from} (inclusive) to {@code to} (exclusive): (1, K, to - from, w). Neither may be
     * less than at the last call.
     *
     * @throws NotFiniteException if a logit is not finite
     */
    Tensor rows(int from, int to) {
        while (!computed.isEmpty() && computed.getFirst().rows().end() <= from) {
            computed.removeFirst().logits().close();
        }
        while (next < rows.size() * columns.size()
                && rows.get(next / columns.size()).start() < to) {
            compute();
        }
        return Tensors.scoped(() -> {
            Tensor sum = computed.getFirst().logits().new_zeros(1, classes, to - from, image.size(3));
            for (Computed window : computed) {
                int top = Math.max(from, window.rows().start());
                int bottom = Math.min(to, window.rows().end());
                if (top < bottom) {
                    try (PointerScope scope = new PointerScope()) {
                        add(sum.narrow(2, top - from, bottom - top), window, top, bottom);
                    }
                }
            }
            return sum.div(cover(from, to, sum));
        });
    }

    /** Computes the next windows. */
    private void compute() {
        int count = Math.min(batchSize, rows.size() * columns.size() - next);
        try (PointerScope scope = new PointerScope()) {
            TensorVector windows = new TensorVector();
            for (int i = next; i < next + count; i++) {
                windows.push_back(window(row(i), column(i)));
            }
            Tensor logits = model.apply(torch.cat(windows, 0));
            check(logits, count);
            for (int i = 0; i < count; i++) {
                Tensor own = Tensors.slice(logits, 0, i, i + 1L);
                computed.addLast(new Computed(row(next + i), column(next + i), Tensors.keep(own)));
            }
        }
        next += count;
    }

    private Span row(int window) {
        return rows.get(window / columns.size());
    }

    private Span column(int window) {
        return columns.get(window % columns.size());
    }

    private Tensor window(Span ofRows, Span ofColumns) {
        long left = flipped ? image.size(3) - ofColumns.end() : ofColumns.start();
        Tensor window = image.narrow(2, ofRows.start(), ofRows.length()).narrow(3, left, ofColumns.length());
        return flipped ? window.flip(3) : window;
    }

    private void check(Tensor logits, int count) {
        if (logits.dim() != 4 || logits.size(0) != count || logits.size(1) != classes) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "logits of the shape %s must be (%d, %d, height, width)",
                    Arrays.toString(Tensors.shape(logits)),
                    count,
                    classes));
        }
        long notFinite = Tensors.rowsNotFinite(logits);
        if (notFinite > 0) {
            throw NotFiniteException.of("logits", notFinite, count, "parts of an image");
        }
    }

    /** Adds rows {@code top} to {@code bottom} of the image, as far as a window has their columns. */
    private static void add(Tensor sum, Computed window, int top, int bottom) {
        BilinearRows resize =
                new BilinearRows((int) window.logits().size(2), window.rows().length());
        int start = window.rows().start();
        Tensor part = resize.of(
                window.logits(),
                0,
                top - start,
                bottom - start,
                window.columns().length());
        sum.narrow(3, window.columns().start(), window.columns().length()).add_(part);
    }

    /** Returns how many windows cover each pixel: (to - from, w). */
    private Tensor cover(int from, int to, Tensor like) {
        Tensor down = Tensors.ofFloats(cover(rows, from, to), to - from, 1);
        Tensor across = Tensors.ofFloats(coverAcross, 1, coverAcross.length);
        return Tensors.to(down.mul(across), like.device());
    }

    private static float[] cover(List<Span> spans, int from, int to) {
        float[] counts = new float[to - from];
        for (Span span : spans) {
            for (int i = Math.max(from, span.start()); i < Math.min(to, span.end()); i++) {
                counts[i - from]++;
            }
        }
        return counts;
    }

    @Override
    public void close() {
        computed.forEach(window -> window.logits().close());
        computed.clear();
    }
}

package io.bandpass.attack;

import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The state of an attack between its iterations: columns with a row for each image. Rows of images that are done are
 * dropped from all columns at once, so that no more time is spent on them. Used without gradients.
 */
final class ImageTable implements AutoCloseable {
    private final List<Column> columns = new ArrayList<>();

    /** A value of each image, such as its current point. */
    static final class Column {
        private Tensor values;

        private Column(Tensor values) {
            this.values = Tensors.keep(values.clone());
        }

        /** Returns the values (n, ...) themselves, not a copy. */
        Tensor get() {
            return values;
        }

        /** Overwrites all values. */
        void set(Tensor all) {
            values.copy_(all);
        }

        /**
         * Overwrites some rows.
         *
         * @param rows int64, as of {@link #rows}
         * @param all new values of all rows, of which only those are taken
         */
        void set(Tensor rows, Tensor all) {
            if (rows.numel() > 0) {
                values.index_copy_(0, rows, all.index_select(0, rows));
            }
        }

        private void keep(Tensor rows) {
            Tensor kept = Tensors.keep(values.index_select(0, rows));
            values.close();
            values = kept;
        }
    }

    /** Adds a column with a copy of these values (n, ...). */
    Column add(Tensor values) {
        Column column = new Column(values);
        columns.add(column);
        return column;
    }

    /**
     * Keeps some rows of every column.
     *
     * @param rows int64, in ascending order
     */
    void keepRows(Tensor rows) {
        columns.forEach(column -> column.keep(rows));
    }

    /** Returns the indices of all rows of a tensor (n, ...), int64. */
    static Tensor allRows(Tensor values) {
        Tensor all = torch.arange(new Scalar(values.size(0)), new TensorOptions(ScalarType.Long));
        return Tensors.to(all, values.device());
    }

    /** Returns the indices at which a mask (n) is true, int64. */
    static Tensor rows(Tensor mask) {
        return mask.nonzero().squeeze(1);
    }

    /** Returns values (n) as (n, 1, ..., 1), to be combined with {@code like}. */
    static Tensor perImage(Tensor values, Tensor like) {
        long[] shape = new long[Math.toIntExact(like.dim())];
        Arrays.fill(shape, 1);
        shape[0] = values.numel();
        return values.view(shape);
    }

    @Override
    public void close() {
        columns.forEach(column -> column.values.close());
    }
}

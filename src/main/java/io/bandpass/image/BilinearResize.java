package io.bandpass.image;

import io.bandpass.torch.Tensors;
import java.nio.ByteBuffer;
import org.bytedeco.pytorch.Tensor;

/**
 * OpenCV's linear resize of 8-bit images, not antialiased: byte-identical to {@code resize} with {@code INTER_LINEAR},
 * which computes with weights in 1/2048. Also computes a window of the result alone, from the pixels that it needs.
 *
 * @param height of the result
 * @param width of the result
 */
public record BilinearResize(int height, int width) {
    private static final int CHANNELS = RgbBytes.CHANNELS;
    private static final int WEIGHT_BITS = 11;
    /** Bits that the sums of a row lose before they are weighted by column, so that the products fit 32 bits. */
    private static final int DROPPED_BITS = 4;

    private static final int PRODUCT_BITS = 16;
    private static final int LAST_BITS = 2 * WEIGHT_BITS - DROPPED_BITS - PRODUCT_BITS;
    private static final int HALF = 1 << (LAST_BITS - 1);

    /** Part of an axis: for each position of the result the two that it lies between, and their weights. */
    private record Axis(int[] before, int[] after, int[] beforeWeight, int[] afterWeight) {
        /**
         * Places the positions.
         *
         * @param from first position of the result
         * @param count number of positions
         * @param old length of the image
         * @param length of the result
         */
        static Axis of(int from, int count, int old, int length) {
            Axis axis = new Axis(new int[count], new int[count], new int[count], new int[count]);
            double scale = (double) old / length;
            for (int i = 0; i < count; i++) {
                float position = (float) ((from + i + 0.5) * scale - 0.5);
                int before = (int) Math.floor(position);
                float fraction = position - before;
                axis.before[i] = Math.max(0, Math.min(old - 1, before));
                axis.after[i] = Math.max(0, Math.min(old - 1, before + 1));
                axis.beforeWeight[i] = weight(1 - fraction);
                axis.afterWeight[i] = weight(fraction);
            }
            return axis;
        }

        private static int weight(float fraction) {
            return (int) Math.rint(fraction * (1 << WEIGHT_BITS));
        }

        int size() {
            return before.length;
        }

        int first() {
            return before[0];
        }

        int last() {
            return after[size() - 1];
        }
    }

    /**
     * Returns a window of the resized image.
     *
     * @param image (1, 3, H, W), uint8, on the CPU
     * @param top first row of the window in the result
     * @param left first column of the window in the result
     */
    public RgbBytes window(Tensor image, int top, int left, int windowHeight, int windowWidth) {
        Axis rows = Axis.of(top, windowHeight, (int) image.size(2), height);
        Axis columns = Axis.of(left, windowWidth, (int) image.size(3), width);
        int needed = rows.last() - rows.first() + 1;
        // Pixels that are interleaved in memory, as decoded ones are, are not copied.
        Tensor pixels =
                image.narrow(2, rows.first(), needed).permute(0, 2, 3, 1).contiguous(); // (1, needed, W, 3)
        Rows sums = new Rows(Tensors.bytes(pixels), (int) image.size(3), rows.first(), columns);
        RgbBytes window = RgbBytes.blank(windowHeight, windowWidth);
        byte[] to = window.values();
        int i = 0;
        for (int row = 0; row < windowHeight; row++) {
            int[] upper = sums.at(rows.before[row]);
            int[] lower = sums.at(rows.after[row]);
            int upperWeight = rows.beforeWeight[row];
            int lowerWeight = rows.afterWeight[row];
            for (int column = 0; column < upper.length; column++) {
                int sum = ((upperWeight * (upper[column] >> DROPPED_BITS)) >> PRODUCT_BITS)
                        + ((lowerWeight * (lower[column] >> DROPPED_BITS)) >> PRODUCT_BITS);
                to[i++] = (byte) ((sum + HALF) >> LAST_BITS);
            }
        }
        return window;
    }

    /** Rows of the image whose pixels are summed along the row; the last two are kept. */
    private static final class Rows {
        private final ByteBuffer pixels;
        private final int firstRow;
        private final Axis columns;
        private final byte[] row;
        private final int[][] sums = new int[2][];
        private final int[] rowOf = {-1, -1};

        Rows(ByteBuffer pixels, int imageWidth, int firstRow, Axis columns) {
            this.pixels = pixels;
            this.firstRow = firstRow;
            this.columns = columns;
            row = new byte[imageWidth * CHANNELS];
            sums[0] = new int[columns.size() * CHANNELS];
            sums[1] = new int[columns.size() * CHANNELS];
        }

        /** Returns the sums of a row; valid until rows are asked for that are neither this one nor a neighbour. */
        int[] at(int imageRow) {
            // Neighbours differ in the last bit.
            int kept = imageRow & 1;
            if (rowOf[kept] != imageRow) {
                compute(imageRow, sums[kept]);
                rowOf[kept] = imageRow;
            }
            return sums[kept];
        }

        private void compute(int imageRow, int[] to) {
            int from = columns.first() * CHANNELS;
            int count = (columns.last() + 1) * CHANNELS - from;
            pixels.get((imageRow - firstRow) * row.length + from, row, from, count);
            int i = 0;
            for (int column = 0; column < columns.size(); column++) {
                int before = columns.before[column] * CHANNELS;
                int after = columns.after[column] * CHANNELS;
                int beforeWeight = columns.beforeWeight[column];
                int afterWeight = columns.afterWeight[column];
                for (int channel = 0; channel < CHANNELS; channel++) {
                    to[i++] =
                            (row[before + channel] & 0xFF) * beforeWeight + (row[after + channel] & 0xFF) * afterWeight;
                }
            }
        }
    }
}

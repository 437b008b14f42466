package io.bandpass.corrupt;

import io.bandpass.image.RgbBytes;

/**
 * Pillow's resize with the box filter: the mean of the pixels whose centres lie in the box that a pixel of the result
 * covers, at least one pixel wide; columns first, rounded to 8 bits, then rows.
 */
final class BoxResize {
    private static final int WEIGHT_BITS = 22;
    private static final int HALF = 1 << (WEIGHT_BITS - 1);

    /** Pixels of the old axis that make those of the new one: from the first, as many as counted, in equal parts. */
    private record Axis(int[] first, int[] count, int[] weight) {
        static Axis of(int oldLength, int newLength) {
            Axis axis = new Axis(new int[newLength], new int[newLength], new int[newLength]);
            double scale = (double) oldLength / newLength;
            double width = Math.max(1, scale);
            for (int i = 0; i < newLength; i++) {
                double centre = (i + 0.5) * scale;
                int from = Math.max(0, (int) (centre - width / 2 + 0.5));
                int to = Math.min(oldLength, (int) (centre + width / 2 + 0.5));
                // Rounding may have taken in a pixel whose centre lies on an edge, of which only the right one counts.
                while (!covers(from, centre, width)) {
                    from++;
                }
                while (!covers(to - 1, centre, width)) {
                    to--;
                }
                axis.first[i] = from;
                axis.count[i] = to - from;
                axis.weight[i] = (int) (1.0 / (to - from) * (1 << WEIGHT_BITS) + 0.5);
            }
            return axis;
        }

        private static boolean covers(int pixel, double centre, double width) {
            double position = (pixel - centre + 0.5) * (1 / width);
            return position > -0.5 && position <= 0.5;
        }

        int length() {
            return first.length;
        }
    }

    private BoxResize() {}

    /** Returns the resized image. */
    static RgbBytes apply(RgbBytes image, int height, int width) {
        return rows(columns(image, Axis.of(image.width(), width)), Axis.of(image.height(), height));
    }

    private static RgbBytes columns(RgbBytes image, Axis axis) {
        byte[] from = image.values();
        byte[] result = new byte[image.height() * axis.length() * Raster.RGB];
        int to = 0;
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < axis.length(); x++) {
                int first = (y * image.width() + axis.first[x]) * Raster.RGB;
                for (int channel = 0; channel < Raster.RGB; channel++) {
                    result[to++] = mean(from, first + channel, Raster.RGB, axis.count[x], axis.weight[x]);
                }
            }
        }
        return new RgbBytes(result, image.height(), axis.length());
    }

    private static RgbBytes rows(RgbBytes image, Axis axis) {
        byte[] from = image.values();
        int rowLength = image.width() * Raster.RGB;
        byte[] result = new byte[axis.length() * rowLength];
        int to = 0;
        for (int y = 0; y < axis.length(); y++) {
            int first = axis.first[y] * rowLength;
            for (int i = 0; i < rowLength; i++) {
                result[to++] = mean(from, first + i, rowLength, axis.count[y], axis.weight[y]);
            }
        }
        return new RgbBytes(result, axis.length(), image.width());
    }

    private static byte mean(byte[] from, int first, int step, int count, int weight) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += from[first + i * step] & 0xFF;
        }
        return (byte) Math.min(255, (sum * weight + HALF) >>> WEIGHT_BITS);
    }
}

package io.bandpass.corrupt;

/**
 * Bilinear enlargement, in float32: both axes apart, rows of the image first, of which the last two are kept.
 *
 * @param vertical which rows the result is made of
 * @param horizontal which columns
 */
record Zoom(ZoomAxis vertical, ZoomAxis horizontal) {
    /** Enlarges the centre of an image to the size of the whole. */
    static Zoom clipped(int height, int width, double factor) {
        return new Zoom(ZoomAxis.clipped(height, factor), ZoomAxis.clipped(width, factor));
    }

    /**
     * Adds the enlarged image to sums.
     *
     * @param rows (H, W * channels)
     * @param sums (H', W' * channels)
     */
    void add(float[][] rows, int channels, float[][] sums) {
        int length = horizontal.length() * channels;
        float[] before = new float[length];
        float[] after = new float[length];
        int rowBefore = -1;
        int rowAfter = -1;
        for (int y = 0; y < sums.length; y++) {
            if (vertical.before()[y] == rowAfter) {
                float[] reused = before;
                before = after;
                after = reused;
                rowBefore = rowAfter;
                rowAfter = -1;
            }
            if (vertical.before()[y] != rowBefore) {
                rowBefore = vertical.before()[y];
                enlarge(rows[rowBefore], channels, before);
            }
            if (vertical.after()[y] != rowAfter) {
                rowAfter = vertical.after()[y];
                enlarge(rows[rowAfter], channels, after);
            }
            add(before, after, vertical.fraction()[y], sums[y]);
        }
    }

    private void enlarge(float[] row, int channels, float[] result) {
        int to = 0;
        for (int x = 0; x < horizontal.length(); x++) {
            int left = horizontal.before()[x] * channels;
            int right = horizontal.after()[x] * channels;
            float fraction = horizontal.fraction()[x];
            for (int channel = 0; channel < channels; channel++) {
                float value = row[left + channel];
                result[to++] = value + (row[right + channel] - value) * fraction;
            }
        }
    }

    private static void add(float[] before, float[] after, float fraction, float[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += before[i] + (after[i] - before[i]) * fraction;
        }
    }
}

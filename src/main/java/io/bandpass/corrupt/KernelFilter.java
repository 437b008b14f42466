package io.bandpass.corrupt;

/** Convolution with a kernel that is its own mirror image, left to right, as OpenCV's {@code filter2D}. */
final class KernelFilter {
    private final float[][] kernel;
    private final int reach;

    /**
     * Creates a filter.
     *
     * @param kernel (2 r + 1, 2 r + 1), each row symmetric
     */
    KernelFilter(float[][] kernel) {
        this.kernel = kernel;
        this.reach = kernel.length / 2;
    }

    /** Returns the filtered raster; the border is mirrored at the centre of the outermost pixel. */
    Raster apply(Raster image) {
        int height = image.height();
        Raster result = Raster.blank(height, image.width(), image.channels());
        double[] pair = new double[image.rows()[0].length];
        // Each row is added to all rows that it contributes to, so that sums of pixels left and right are made once.
        for (int from = -reach; from < height + reach; from++) {
            double[] row = image.rows()[Border.REFLECT_101.index(from, height)];
            double[] wide = image.paddedRow(row, reach, Border.REFLECT_101);
            for (int dx = 0; dx <= reach; dx++) {
                if (isEmpty(dx)) {
                    continue;
                }
                pair(wide, (reach - dx) * image.channels(), (reach + dx) * image.channels(), pair);
                for (int dy = Math.max(-reach, -from); dy <= Math.min(reach, height - 1 - from); dy++) {
                    float weight = kernel[reach - dy][reach + dx];
                    if (weight != 0) {
                        add(pair, dx == 0 ? weight / 2.0 : weight, result.rows()[from + dy]);
                    }
                }
            }
        }
        return result;
    }

    private boolean isEmpty(int dx) {
        for (float[] row : kernel) {
            if (row[reach + dx] != 0) {
                return false;
            }
        }
        return true;
    }

    private static void pair(double[] row, int left, int right, double[] pair) {
        for (int i = 0; i < pair.length; i++) {
            pair[i] = row[left + i] + row[right + i];
        }
    }

    private static void add(double[] pair, double weight, double[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += pair[i] * weight;
        }
    }
}

package io.bandpass.corrupt;

/**
 * Kernel of an unfocused lens: a disk whose edge is smoothed by a small Gaussian. As published, it is not normalised
 * again after the smoothing, in which the border mirrors what touches it: the kernels of ImageNet-C's severities 4 and 5
 * sum to 1.013 and 1.011, and brighten the image.
 */
final class DiskKernel {
    /** Up to this radius, the kernel spans as many pixels on each side, and the smoothing 1 pixel instead of 2. */
    private static final int SMALL = 8;

    private DiskKernel() {}

    /**
     * Returns a kernel: (2 r + 1, 2 r + 1), where r is at least 8.
     *
     * @param radius of the disk, in pixels
     * @param smoothing standard deviation of the Gaussian, in pixels
     */
    static float[][] of(double radius, double smoothing) {
        boolean small = radius <= SMALL;
        int reach = small ? SMALL : (int) radius;
        float[][] disk = disk(reach, radius);
        float[] taps = taps(small ? 1 : 2, smoothing);
        return transposed(smoothed(transposed(smoothed(disk, taps)), taps));
    }

    private static float[][] disk(int reach, double radius) {
        float[][] disk = new float[2 * reach + 1][2 * reach + 1];
        int count = 0;
        for (int y = -reach; y <= reach; y++) {
            for (int x = -reach; x <= reach; x++) {
                if (x * x + y * y <= radius * radius) {
                    disk[y + reach][x + reach] = 1;
                    count++;
                }
            }
        }
        for (float[] row : disk) {
            for (int x = 0; x < row.length; x++) {
                row[x] /= count;
            }
        }
        return disk;
    }

    /** Returns half of OpenCV's Gaussian kernel, which is as wide as asked for, whatever the deviation. */
    private static float[] taps(int radius, double sigma) {
        double[] weights = new double[radius + 1];
        double sum = 0;
        for (int i = 0; i <= radius; i++) {
            weights[i] = Math.exp(-0.5 * i * i / (sigma * sigma));
            sum += i == 0 ? weights[i] : 2 * weights[i];
        }
        float[] taps = new float[radius + 1];
        for (int i = 0; i <= radius; i++) {
            taps[i] = (float) (weights[i] / sum);
        }
        return taps;
    }

    /** Smooths along rows. */
    private static float[][] smoothed(float[][] kernel, float[] taps) {
        float[][] result = new float[kernel.length][kernel.length];
        for (int y = 0; y < kernel.length; y++) {
            for (int x = 0; x < kernel.length; x++) {
                float sum = kernel[y][x] * taps[0];
                for (int i = 1; i < taps.length; i++) {
                    int left = Border.REFLECT_101.index(x - i, kernel.length);
                    int right = Border.REFLECT_101.index(x + i, kernel.length);
                    sum += (kernel[y][left] + kernel[y][right]) * taps[i];
                }
                result[y][x] = sum;
            }
        }
        return result;
    }

    private static float[][] transposed(float[][] kernel) {
        float[][] result = new float[kernel.length][kernel.length];
        for (int y = 0; y < kernel.length; y++) {
            for (int x = 0; x < kernel.length; x++) {
                result[x][y] = kernel[y][x];
            }
        }
        return result;
    }
}

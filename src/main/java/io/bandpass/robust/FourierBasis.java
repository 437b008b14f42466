package io.bandpass.robust;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Real Fourier basis images of one size (Yin et al., NeurIPS 2019, section 3): U of a frequency has L2 norm 1 and a
 * spectrum that is 0 but at the frequency and its mirror image.
 *
 * <p>With (v, u) the rows and columns from DC, U(y, x) = sqrt(2 / (H W)) cos(2 pi (v y / H + u x / W) + pi / 4), where
 * of a frequency and its mirror the first in row-major order gives (v, u) to both, as in the authors' program. So both
 * have the same image, and half of the plane is enough. Frequencies that are their own mirror images, DC and those of
 * half a period per pixel, have U = cos(2 pi (v y / H + u x / W)) / sqrt(H W), which is 1 or -1 over sqrt(H W).
 */
public final class FourierBasis {
    /** Side of the square of lowest frequencies that is measured where images are larger (Yin et al., ImageNet). */
    public static final int LOWEST = 63;

    private static final double PHASE = Math.PI / 4;

    private final int height;
    private final int width;

    /**
     * Creates the basis of images of a size in pixels.
     *
     * @throws IllegalArgumentException if a side is not positive
     */
    public FourierBasis(int height, int width) {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("images of " + width + " x " + height + " pixels have no spectrum");
        }
        this.height = height;
        this.width = width;
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    /** Returns the mirror image of a frequency about DC, which is the frequency itself for at most four of them. */
    public FourierBin mirror(FourierBin bin) {
        check(bin);
        return new FourierBin(mirror(bin.row(), height), mirror(bin.column(), width));
    }

    private static int mirror(int position, int side) {
        // DC is at side / 2, so -(position - side / 2) is this position, modulo the side.
        return Math.floorMod(2 * (side / 2) - position, side);
    }

    /** Returns the one of a frequency and its mirror image that is first in row-major order. */
    public FourierBin first(FourierBin bin) {
        FourierBin mirror = mirror(bin);
        boolean mirrorIsFirst =
                mirror.row() < bin.row() || (mirror.row() == bin.row() && mirror.column() < bin.column());
        return mirrorIsFirst ? mirror : bin;
    }

    /** Returns the basis image of a frequency: H * W values, row by row, with L2 norm 1. */
    public double[] values(FourierBin bin) {
        FourierBin first = first(bin);
        boolean ownMirror = first.equals(mirror(first));
        double norm = Math.sqrt((ownMirror ? 1.0 : 2.0) / height / width);
        double[][] ofRows = waves(first.row() - height / 2, height, ownMirror ? 0 : PHASE);
        double[][] ofColumns = waves(first.column() - width / 2, width, 0);
        double[] values = new double[height * width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                // cos(a + b) = cos a cos b - sin a sin b
                values[y * width + x] = norm * (ofRows[0][y] * ofColumns[0][x] - ofRows[1][y] * ofColumns[1][x]);
            }
        }
        return values;
    }

    /** Cosine and sine of 2 pi frequency i / side + phase at each pixel i. */
    private static double[][] waves(int frequency, int side, double phase) {
        double[][] waves = new double[2][side];
        for (int i = 0; i < side; i++) {
            // The remainder of whole periods, so that large angles lose no digits.
            double angle = 2 * Math.PI * Math.floorMod((long) frequency * i, side) / side + phase;
            waves[0][i] = Math.cos(angle);
            waves[1][i] = Math.sin(angle);
        }
        return waves;
    }

    /**
     * Returns the rows from DC, or with the other side the columns, of a grid of the lowest frequencies.
     *
     * @param side H or W
     * @param lowest side of the grid in bins; odd, or at least the side of the images for all frequencies
     * @param step only multiples of this many bins from DC
     */
    static int[] offsets(int side, int lowest, int step) {
        int below = lowest >= side ? side / 2 : (lowest - 1) / 2;
        int above = lowest >= side ? side - 1 - side / 2 : (lowest - 1) / 2;
        List<Integer> offsets = new ArrayList<>();
        for (int offset = -(below / step) * step; offset <= above; offset += step) {
            offsets.add(offset);
        }
        return offsets.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * Returns one frequency of each pair of mirror images in a grid of the lowest frequencies, in row-major order.
     *
     * @param lowest side of the grid in bins: odd, or at least the side of the images for all frequencies
     * @param step only multiples of this many bins from DC in rows and columns, 1 for all
     * @throws IllegalArgumentException if the grid has no middle or the step is not positive
     */
    public List<FourierBin> half(int lowest, int step) {
        boolean hasMiddle = lowest % 2 == 1 || lowest >= Math.max(height, width);
        if (lowest < 1 || step < 1 || !hasMiddle) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "the lowest %d frequencies at a step of %d: the first must be odd or at least %d, and both at least 1",
                    lowest,
                    step,
                    Math.max(height, width)));
        }
        Set<FourierBin> bins = new LinkedHashSet<>();
        for (int v : offsets(height, lowest, step)) {
            for (int u : offsets(width, lowest, step)) {
                bins.add(first(new FourierBin(height / 2 + v, width / 2 + u)));
            }
        }
        return List.copyOf(bins);
    }

    private void check(FourierBin bin) {
        if (bin.row() < 0 || bin.row() >= height || bin.column() < 0 || bin.column() >= width) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "frequency (%d, %d) is not in the spectrum of images of %d x %d pixels",
                    bin.row(),
                    bin.column(),
                    width,
                    height));
        }
    }
}

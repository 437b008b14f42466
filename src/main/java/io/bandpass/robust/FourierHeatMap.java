package io.bandpass.robust;

import java.util.Arrays;

/**
 * Sensitivity of a classifier to each frequency (Yin et al., NeurIPS 2019, section 3), on a grid with low frequencies in
 * the middle.
 *
 * @param rows of the grid, in bins from DC, ascending
 * @param columns of the grid, in bins from DC, ascending
 * @param error top-1 error, 0 to 1, on images perturbed along each frequency: a row for each of {@code rows}
 * @param change mean over images of the L2 norm of the change of their logits
 * @param cleanError top-1 error on the same images unperturbed
 * @param images number of images
 * @param norm v, the L2 norm of the perturbation of each channel before it is clamped
 */
public record FourierHeatMap(
        int[] rows, int[] columns, double[][] error, double[][] change, double cleanError, long images, double norm) {
    /** Returns the change scaled to a maximum of 1, the second map of the paper; all 0 if nothing changes. */
    public double[][] scaledChange() {
        double largest =
                Arrays.stream(change).flatMapToDouble(Arrays::stream).max().orElse(0);
        double factor = largest > 0 ? 1 / largest : 0;
        return Arrays.stream(change)
                .map(row -> Arrays.stream(row).map(value -> value * factor).toArray())
                .toArray(double[][]::new);
    }
}

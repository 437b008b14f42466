package io.bandpass.robust;

import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Measures the sensitivity of a classifier to each frequency (Yin et al., NeurIPS 2019), accumulated batch by batch. An
 * image x in [0, 1] becomes clamp(x + s v U, 0, 1), with U the basis image of the frequency, v the norm, and a sign s
 * for each image and channel.
 *
 * <p>A batch is passed through the model once for each pair of mirrored frequencies and once as it is: 514 times and
 * once for all frequencies of 32 px, 1,985 times and once for the lowest 63 x 63, and a quarter of that with a step of 2.
 */
public final class FourierSensitivity {
    /** Counts at a frequency. */
    private static final class Cell {
        private long wrong;
        private double change;
    }

    private final LogitsModel model;
    private final FourierBasis basis;
    private final double norm;
    private final int lowest;
    private final int step;
    private final FourierSigns signs;
    private final Map<FourierBin, Cell> cells = new LinkedHashMap<>();
    private long images;
    private long cleanWrong;

    /**
     * Creates a measurement of no images.
     *
     * @param norm v, the L2 norm of the perturbation of each channel, such as {@link FourierNorm#of}
     * @param lowest side of the square of lowest frequencies to measure, in bins: odd, such as {@link
     *     FourierBasis#LOWEST}, or at least the side of the images for all
     * @param step measures only multiples of this many bins from DC
     */
    public FourierSensitivity(
            LogitsModel model, FourierBasis basis, double norm, int lowest, int step, FourierSigns signs) {
        this(model, basis, norm, lowest, step, signs, basis.half(lowest, step));
    }

    /** Measures these frequencies, of which some may be mirror images of others and have signs of their own. */
    FourierSensitivity(
            LogitsModel model,
            FourierBasis basis,
            double norm,
            int lowest,
            int step,
            FourierSigns signs,
            List<FourierBin> bins) {
        this.model = model;
        this.basis = basis;
        this.norm = norm;
        this.lowest = lowest;
        this.step = step;
        this.signs = signs;
        bins.forEach(bin -> cells.put(bin, new Cell()));
    }

    /** Returns the number of frequencies at which each batch is passed through the model. */
    public int frequencies() {
        return cells.size();
    }

    /**
     * Adds a batch.
     *
     * @param images (N, 3, H, W), float, in [0, 1], on the device of the model
     * @param indices of the images in their data set, which decide on their signs
     * @param labels (N), int64
     * @param progress receives the number of frequencies done
     * @throws io.bandpass.task.NotFiniteException if logits are not finite
     */
    public void add(Tensor images, int[] indices, Tensor labels, IntConsumer progress) {
        check(images, indices, labels);
        try (NoGradGuard guard = new NoGradGuard();
                PointerScope batch = new PointerScope()) {
            Tensor clean = ScoredLogits.of(model, images, "images");
            cleanWrong += indices.length - ScoredLogits.correct(clean, labels);
            int done = 0;
            for (Map.Entry<FourierBin, Cell> entry : cells.entrySet()) {
                try (PointerScope scope = new PointerScope()) {
                    Tensor logits = ScoredLogits.of(
                            model, perturbed(images, entry.getKey(), indices), "images perturbed along a frequency");
                    Cell cell = entry.getValue();
                    cell.wrong += indices.length - ScoredLogits.correct(logits, labels);
                    cell.change += sumOfNorms(logits.sub(clean));
                }
                progress.accept(++done);
            }
        }
        this.images += indices.length;
    }

    private void check(Tensor images, int[] indices, Tensor labels) {
        long[] shape = Tensors.shape(images);
        long[] expected = {indices.length, FourierSigns.CHANNELS, basis.height(), basis.width()};
        if (!Arrays.equals(shape, expected) || labels.numel() != indices.length) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "images of the shape %s with %d labels must have the shape %s and as many labels",
                    Arrays.toString(shape),
                    labels.numel(),
                    Arrays.toString(expected)));
        }
    }

    /** Moves images along a basis image: (N, 3, H, W), clamped to [0, 1]. */
    private Tensor perturbed(Tensor images, FourierBin bin, int[] indices) {
        float[] wave = floats(basis.values(bin), norm);
        Tensor along = Tensors.ofFloats(wave, 1, 1, basis.height(), basis.width());
        Tensor direction = Tensors.ofFloats(signs.of(bin, indices), indices.length, FourierSigns.CHANNELS, 1, 1);
        Tensor moved = images.add(
                Tensors.to(direction, images.device()).mul(Tensors.to(along, images.device()))); // (N, 3, H, W)
        return moved.clamp(new ScalarOptional(new Scalar(0)), new ScalarOptional(new Scalar(1)));
    }

    private static float[] floats(double[] values, double factor) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) (factor * values[i]);
        }
        return floats;
    }

    /** Sum over images of the L2 norms of rows (N, K). */
    private static double sumOfNorms(Tensor rows) {
        return rows.norm(new ScalarOptional(new Scalar(2)), new long[] {1}, false)
                .sum()
                .item_double();
    }

    /**
     * Returns the map of the images added.
     *
     * @throws IllegalStateException if there were none
     */
    public FourierHeatMap map() {
        if (images == 0) {
            throw new IllegalStateException("no image was perturbed, so there is no map");
        }
        int[] rows = FourierBasis.offsets(basis.height(), lowest, step);
        int[] columns = FourierBasis.offsets(basis.width(), lowest, step);
        double[][] error = new double[rows.length][columns.length];
        double[][] change = new double[rows.length][columns.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < columns.length; j++) {
                Cell cell = cell(new FourierBin(basis.height() / 2 + rows[i], basis.width() / 2 + columns[j]));
                error[i][j] = cell.wrong / (double) images;
                change[i][j] = cell.change / images;
            }
        }
        return new FourierHeatMap(rows, columns, error, change, cleanWrong / (double) images, images, norm);
    }

    /** Counts at a frequency, or at its mirror image, which has the same basis image. */
    private Cell cell(FourierBin bin) {
        Cell own = cells.get(bin);
        return own != null ? own : Objects.requireNonNull(cells.get(basis.first(bin)));
    }
}

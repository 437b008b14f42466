package io.bandpass.weights;

import io.bandpass.config.EncoderConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.format.WeightsException;
import java.nio.file.Path;

/**
 * Rejects a file whose metadata describes a model much larger than the file, before allocating memory for it: for its
 * weights, its positions, or the tables that depend on its geometry.
 */
public final class PlausibleSize {
    /** Most uses of each byte of the file per cell of the feature map, on average. */
    private static final double MOST_USES = 64;
    /** Most weights per byte of the file; above 1, as some weights may be missing. */
    private static final double MOST_WEIGHTS = 4;
    /** Bytes of tables that are allowed for a file of any size. */
    private static final double FREE_TABLES = 1 << 28;

    private static final int LEAST_BYTES_OF_A_BLOCK = 256;

    private PlausibleSize() {}

    /**
     * Rejects an implausible encoder.
     *
     * @param file for the message
     * @param bytes size of the file
     * @throws WeightsException if the file is far too small for it
     */
    public static void check(Path file, long bytes, EncoderConfig encoder) {
        double cells = cells(encoder);
        // A weight takes at least one byte. Positions may be for larger images than those of the file.
        boolean fits = encoder.matrixWeights() <= MOST_WEIGHTS * bytes
                && cells * encoder.width() <= MOST_USES * bytes
                && encoder.tableBytes() <= Math.max(FREE_TABLES, MOST_USES * bytes)
                && encoder.blocks() <= bytes / (double) LEAST_BYTES_OF_A_BLOCK;
        if (!fits) {
            throw cannotHold(file, bytes);
        }
    }

    /**
     * Rejects an implausible encoder and decoder. Each cell of the feature map uses each decoder weight at least once.
     *
     * @param file for the message
     * @param bytes size of the file
     * @throws WeightsException if the file is far too small for them
     */
    public static void check(Path file, long bytes, PretrainingConfig config) {
        EncoderConfig encoder = config.encoder();
        check(file, bytes, encoder);
        if (config.decoder().multiplyAddsPerImage(encoder) / cells(encoder) > MOST_USES * bytes) {
            throw cannotHold(file, bytes);
        }
    }

    private static double cells(EncoderConfig encoder) {
        return Math.pow(encoder.imageSize() / (double) encoder.stride(), 2);
    }

    private static WeightsException cannotHold(Path file, long bytes) {
        return new WeightsException(file + " of " + bytes
                + " bytes cannot hold the model that its configuration speaks of: it is damaged, or not what it says");
    }
}

package io.bandpass.weights;

import io.bandpass.config.EncoderConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.format.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Refuses a file whose metadata speak of a model of which the file can hold only a small part, before memory is taken for
 * that model: for its weights, its positions, or the tables that follow from its geometry.
 */
public final class PlausibleSize {
    /** How often a cell of the map may use each byte of the file on average. */
    private static final double MOST_USES = 64;
    /** How many weights there may be for each byte of the file: a part may be missing. */
    private static final double MOST_WEIGHTS = 4;
    /** Bytes of tables that any file may have made. */
    private static final double FREE_TABLES = 1 << 28;

    private static final int LEAST_BYTES_OF_A_BLOCK = 256;

    private PlausibleSize() {}

    /**
     * Refuses an encoder.
     *
     * @throws WeightsException if the file is far too small for it
     */
    public static void check(Path file, EncoderConfig encoder) throws IOException {
        double bytes = Files.size(file);
        double cells = cells(encoder);
        // A byte is the least that a number takes. Positions may be for larger images than those of the file.
        boolean fits = encoder.matrixWeights() <= MOST_WEIGHTS * bytes
                && cells * encoder.width() <= MOST_USES * bytes
                && encoder.tableBytes() <= Math.max(FREE_TABLES, MOST_USES * bytes)
                && encoder.blocks() <= bytes / LEAST_BYTES_OF_A_BLOCK;
        if (!fits) {
            throw cannotHold(file);
        }
    }

    /**
     * Refuses an encoder and its decoder. Each weight of a decoder is used at least once in each cell of the map.
     *
     * @throws WeightsException if the file is far too small for them
     */
    public static void check(Path file, PretrainingConfig config) throws IOException {
        EncoderConfig encoder = config.encoder();
        check(file, encoder);
        if (config.decoder().multiplyAddsPerImage(encoder) / cells(encoder) > MOST_USES * (double) Files.size(file)) {
            throw cannotHold(file);
        }
    }

    private static double cells(EncoderConfig encoder) {
        return Math.pow(encoder.imageSize() / (double) encoder.stride(), 2);
    }

    private static WeightsException cannotHold(Path file) throws IOException {
        return new WeightsException(file + " of " + Files.size(file)
                + " bytes cannot hold the model that its configuration speaks of: it is damaged, or not what it says");
    }
}

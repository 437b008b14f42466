package io.bandpass.config;

import java.util.List;

/**
 * Swin Transformer (method.md section 3).
 *
 * @param patchSize edge of a patch in pixels
 * @param stemWidth channels after the patch embedding; each stage after the first doubles them
 * @param depths blocks per stage
 * @param heads attention heads per stage; each a divisor of its stage's channels
 * @param window edge of a window in cells; a smaller or equal map is a single window
 * @param mlpRatio ratio of the MLP's hidden width to the width
 * @param qkvBias whether q, k and v have a bias
 * @param positions absolute positions besides the relative position bias: {@code none} or {@code learned}
 * @param dropPath stochastic depth rate of the last block, rising linearly from 0 at the first
 */
@Variant(value = "swin", summary = "Swin Transformer; attention in shifted windows, four stages of halved resolution")
public record SwinTransformerConfig(
        int imageSize,
        int patchSize,
        int stemWidth,
        List<Integer> depths,
        List<Integer> heads,
        int window,
        double mlpRatio,
        boolean qkvBias,
        Positions positions,
        double dropPath)
        implements EncoderConfig {
    /** Values of {@code encoder.positions}. */
    public enum Positions {
        NONE,
        LEARNED;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    private static final int MOST_CHANNELS = 1 << 20;
    private static final int MOST_SIZES = 1 << 12;

    public SwinTransformerConfig {
        depths = List.copyOf(depths);
        heads = List.copyOf(heads);
        Check.positive("encoder.patch-size", patchSize);
        Check.that(
                stemWidth > 0 && stemWidth <= MOST_CHANNELS,
                "encoder.stem-width",
                stemWidth,
                "a whole number from 1 to " + MOST_CHANNELS);
        Check.that(
                !depths.isEmpty() && depths.size() <= 8 && depths.stream().allMatch(count -> count > 0),
                "encoder.depths",
                depths,
                "one to eight whole numbers above 0");
        Check.that(
                headsDivide(stemWidth, depths, heads),
                "encoder.heads",
                heads,
                "for each of the " + depths.size() + " stages a divisor of its width, which is " + stemWidth
                        + " in the first and doubles");
        Check.positive("encoder.window", window);
        Check.mlpRatio(mlpRatio, "encoder.stem-width", stemWidth, MOST_CHANNELS);
        Check.that(dropPath >= 0 && dropPath < 1, "encoder.drop-path", dropPath, "from 0 to below 1");
        int stages = depths.size();
        Check.that(patchSize <= MOST_CHANNELS, "encoder.patch-size", patchSize, "at most " + MOST_CHANNELS);
        Check.fits(imageSize, patchSize << (stages - 1), "stride");
        checkWindow(imageSize, patchSize, stages, window);
        Check.tables(
                positions == Positions.NONE ? 0 : Math.pow(imageSize / (double) patchSize, 2) * stemWidth * Float.BYTES,
                "of positions (encoder.stem-width " + stemWidth + ")",
                imageSize,
                patchSize);
        Check.tables(
                tableBytes(imageSize / patchSize, depths, window),
                "of relative positions and of shifted windows (encoder.window " + window + ")",
                imageSize,
                patchSize);
    }

    /** An 8-byte row index per pair of cells of a window in each block, and 4-byte masks in every second block. */
    private static double tableBytes(int grid, List<Integer> depths, int window) {
        double bytes = 0;
        for (int stage = 0; stage < depths.size(); stage++) {
            double map = grid >> stage;
            double cells = Math.pow(Math.min(window, map), 2);
            long shifted = map > window ? depths.get(stage) / 2 : 0;
            bytes += depths.get(stage) * cells * cells * Long.BYTES + shifted * map * map * cells * Float.BYTES;
        }
        return bytes;
    }

    @Override
    public double tableBytes() {
        return tableBytes(imageSize / patchSize, depths, window);
    }

    @Override
    public double matrixWeights() {
        double sum = 3.0 * patchSize * patchSize * stemWidth;
        for (int stage = 0; stage < depths.size(); stage++) {
            double width = widthOf(stage);
            // Merging: four times half the width becomes the width.
            sum += stage == 0 ? 0 : 2 * width * width;
            sum += depths.get(stage) * width * (4 * width + 2 * Math.floor(width * mlpRatio));
        }
        return sum;
    }

    @Override
    public long blocks() {
        return depths.stream().mapToLong(Integer::longValue).sum();
    }

    private static boolean headsDivide(int stemWidth, List<Integer> depths, List<Integer> heads) {
        if (heads.size() != depths.size()) {
            return false;
        }
        for (int stage = 0; stage < heads.size(); stage++) {
            if (heads.get(stage) < 1 || (stemWidth << stage) % heads.get(stage) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Rejects windows that do not tile the maps: maps are not padded. */
    private static void checkWindow(int imageSize, int patchSize, int stages, int window) {
        if (windowsFit(imageSize, patchSize, stages, window)) {
            return;
        }
        long below = nearest(imageSize, patchSize, stages, window, -1);
        long above = nearest(imageSize, patchSize, stages, window, 1);
        String nearest = below > 0 && above > 0
                ? ": the nearest that do are " + below + " and " + above
                : below + above > 0 ? ": the nearest that does is " + (below + above) : "";
        throw new ConfigException("encoder.image-size " + imageSize + " does not fit encoder.window " + window
                + ", as the map of a stage is not made of whole windows" + nearest);
    }

    /** Returns the next valid image size in a direction, or 0 if there is none within the search limit. */
    private static long nearest(int imageSize, int patchSize, int stages, int window, int direction) {
        long step = direction * ((long) patchSize << (stages - 1));
        long size = imageSize + step;
        for (int tried = 0; tried < MOST_SIZES && size > 0; tried++) {
            if (windowsFit(size, patchSize, stages, window)) {
                return size;
            }
            size += step;
        }
        return 0;
    }

    private static boolean windowsFit(long imageSize, int patchSize, int stages, int window) {
        for (int stage = 0; stage < stages; stage++) {
            long map = (imageSize / patchSize) >> stage;
            if (map > window && map % window != 0) {
                return false;
            }
        }
        return true;
    }

    /** Cells along each edge of a stage's map; stages are numbered from 0. */
    public int map(int stage) {
        return (imageSize / patchSize) >> stage;
    }

    /** Cells along each edge of a stage's window: at most those of its map. */
    public int windowOf(int stage) {
        return Math.min(window, map(stage));
    }

    /** Channels of a stage. */
    public int widthOf(int stage) {
        return stemWidth << stage;
    }

    @Override
    public int stride() {
        return patchSize << (depths.size() - 1);
    }

    @Override
    public int width() {
        return widthOf(depths.size() - 1);
    }

    @Override
    public long activationBytesPerImage() {
        double floats = 0;
        for (int stage = 0; stage < depths.size(); stage++) {
            double cells = (double) map(stage) * map(stage);
            long window = (long) windowOf(stage) * windowOf(stage);
            // As in a ViT, plus the partitioned and merged windows, the logits and their softmax.
            double perCell = widthOf(stage) * (12 + 2 * mlpRatio) + 2.0 * heads.get(stage) * window;
            floats += depths.get(stage) * cells * perCell;
        }
        return (long) (floats * Float.BYTES);
    }

    @Override
    public double multiplyAddsPerImage() {
        double sum = 3.0 * imageSize * imageSize * stemWidth;
        for (int stage = 0; stage < depths.size(); stage++) {
            double cells = (double) map(stage) * map(stage);
            double width = widthOf(stage);
            double hidden = Math.floor(width * mlpRatio);
            double window = (double) windowOf(stage) * windowOf(stage);
            // Merging: 4 cells of half the width become one.
            sum += stage == 0 ? 0 : cells * 2 * width * width;
            sum += depths.get(stage) * cells * width * (4 * width + 2 * hidden + 2 * window);
        }
        return sum;
    }

    @Override
    public SwinTransformerConfig withImageSize(int size) {
        return new SwinTransformerConfig(
                size, patchSize, stemWidth, depths, heads, window, mlpRatio, qkvBias, positions, dropPath);
    }
}

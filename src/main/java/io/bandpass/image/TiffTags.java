package io.bandpass.image;

import java.util.Set;

/** TIFF tags that describe how pixels are stored. */
final class TiffTags {
    static final int WIDTH = 256;
    static final int HEIGHT = 257;
    static final int BITS = 258;
    static final int COMPRESSION = 259;
    static final int COLOURS = 262;
    static final int BIT_ORDER = 266;
    static final int STRIP_OFFSETS = 273;
    static final int ORIENTATION = 274;
    static final int SAMPLES = 277;
    static final int ROWS_PER_STRIP = 278;
    static final int STRIP_LENGTHS = 279;
    static final int PLANES = 284;
    static final int PREDICTOR = 317;
    static final int PALETTE = 320;
    static final int TILE_WIDTH = 322;
    static final int TILE_HEIGHT = 323;
    static final int TILE_OFFSETS = 324;
    static final int TILE_LENGTHS = 325;
    static final int INKS = 332;
    static final int EXTRA_SAMPLES = 338;
    static final int SAMPLE_FORMAT = 339;

    static final Set<Integer> USED = Set.of(
            WIDTH,
            HEIGHT,
            BITS,
            COMPRESSION,
            COLOURS,
            BIT_ORDER,
            STRIP_OFFSETS,
            ORIENTATION,
            SAMPLES,
            ROWS_PER_STRIP,
            STRIP_LENGTHS,
            PLANES,
            PREDICTOR,
            PALETTE,
            TILE_WIDTH,
            TILE_HEIGHT,
            TILE_OFFSETS,
            TILE_LENGTHS,
            INKS,
            EXTRA_SAMPLES,
            SAMPLE_FORMAT);

    private TiffTags() {}
}

package io.bandpass.eval;

/**
 * What a segmentation model has to beat: a table that gives each pixel the most frequent class of its colour, without a
 * look at its neighbours. Counts the pixels of training images, then predicts.
 */
public final class ColourTableBaseline {
    /** Which pixels the table does not tell apart. */
    public enum Cells {
        /** All of them: every pixel gets the most frequent class. */
        MAJORITY(1) {
            @Override
            int of(int red, int green, int blue) {
                return 0;
            }
        },
        /** Those of equal brightness, of 256 levels: ITU-R 601 luma, to the nearest level. */
        BRIGHTNESS(256) {
            @Override
            int of(int red, int green, int blue) {
                return (299 * red + 587 * green + 114 * blue + 500) / 1000;
            }
        },
        /** Those of similar colour, with 16 levels of each channel. */
        COLOUR(16 * 16 * 16) {
            @Override
            int of(int red, int green, int blue) {
                return red / 16 * 256 + green / 16 * 16 + blue / 16;
            }
        };

        private final int count;

        Cells(int count) {
            this.count = count;
        }

        abstract int of(int red, int green, int blue);

        int of(byte[] rgb, int pixel) {
            int from = CHANNELS * pixel;
            return of(rgb[from] & BYTE, rgb[from + 1] & BYTE, rgb[from + 2] & BYTE);
        }
    }

    private static final int CHANNELS = 3;
    private static final int BYTE = 0xFF;

    private final Cells cells;
    private final int classes;
    private final PairCounts counts;

    /**
     * Creates an empty table.
     *
     * @param classes K
     */
    public ColourTableBaseline(Cells cells, int classes) {
        this.cells = cells;
        this.classes = classes;
        counts = new PairCounts(cells.count, classes);
    }

    /**
     * Counts the pixels of a training image.
     *
     * @param rgb three bytes per pixel, unsigned
     * @param ids class of every pixel, 0 to K - 1; below 0: not counted
     * @throws IllegalArgumentException if the sizes differ or an id is no class
     */
    public void add(byte[] rgb, short[] ids) {
        if (rgb.length != (long) CHANNELS * ids.length) {
            throw new IllegalArgumentException(rgb.length + " bytes of " + ids.length + " RGB pixels");
        }
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] >= classes) {
                throw new IllegalArgumentException("id " + ids[i] + " is not one of " + classes + " classes");
            }
            if (ids[i] >= 0) {
                counts.add(cells.of(rgb, i), ids[i], 1);
            }
        }
    }

    /** Returns the table as counted so far. */
    public Predictor predictor() {
        long[] most = new long[cells.count];
        short[] best = new short[cells.count];
        long[] ofClasses = new long[classes];
        counts.each((cell, id, count) -> {
            ofClasses[id] += count;
            // Of equally frequent classes the first, in whatever order they come.
            if (count > most[cell] || (count == most[cell] && id < best[cell])) {
                most[cell] = count;
                best[cell] = (short) id;
            }
        });
        short majority = 0;
        for (short c = 1; c < classes; c++) {
            majority = ofClasses[c] > ofClasses[majority] ? c : majority;
        }
        for (int cell = 0; cell < best.length; cell++) {
            best[cell] = most[cell] == 0 ? majority : best[cell];
        }
        return new Predictor(cells, best);
    }

    /** A finished table. */
    public static final class Predictor {
        private final Cells cells;
        private final short[] classOf;

        private Predictor(Cells cells, short[] classOf) {
            this.cells = cells;
            this.classOf = classOf;
        }

        /**
         * Returns the class of every pixel; for a colour that no training image has, the most frequent class of all.
         *
         * @param rgb three bytes per pixel, unsigned
         */
        public short[] predict(byte[] rgb) {
            short[] ids = new short[rgb.length / CHANNELS];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = classOf[cells.of(rgb, i)];
            }
            return ids;
        }
    }
}

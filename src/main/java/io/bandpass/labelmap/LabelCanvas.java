package io.bandpass.labelmap;

import io.bandpass.image.BadImageException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A label map on which shapes are painted, each over the earlier ones. Coordinates are in pixels, x to the right and y
 * down, and (0, 0) is the outer corner of the first pixel. A pixel belongs to a shape if its centre does. What lies
 * outside the image is cut off.
 */
final class LabelCanvas {
    /** Coordinates beyond are a mistake, not a shape that leaves the image. */
    private static final double FARTHEST = 1e7;

    /**
     * Most crossings of rows that the shapes of an image may take together, a few seconds; neighbouring pixels that are
     * filled at once count as one. It stops files that are made to keep the program busy.
     */
    private static final long MOST_WORK = 1L << 29;

    private static final int FILLED_AT_ONCE = 32;

    /** What reading a shape costs, however small it is. */
    private static final int STEPS_OF_A_SHAPE = 1 << 10;

    private static final int TRIANGLE = 6;

    private final short[] ids;
    private final int height;
    private final int width;
    private long work;

    /**
     * Creates a canvas without shapes.
     *
     * @param uncovered class of its pixels, or {@link LabelMap#IGNORED}
     */
    LabelCanvas(int height, int width, short uncovered) {
        ids = new short[Math.multiplyExact(height, width)];
        Arrays.fill(ids, uncovered);
        this.height = height;
        this.width = width;
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    /** Returns what is painted so far. */
    LabelMap labels() {
        return new LabelMap(ids, height, width);
    }

    /**
     * Paints a polygon, whose last corner joins its first. Where it crosses itself, what is enclosed an even number of
     * times is outside, as in the masks of COCO's programs.
     *
     * @param corners x and y of each, at least three
     */
    void polygon(double[] corners, short id) throws BadImageException {
        checkCorners(corners);
        double top = FARTHEST;
        double bottom = -FARTHEST;
        for (int i = 1; i < corners.length; i += 2) {
            top = Math.min(top, corners[i]);
            bottom = Math.max(bottom, corners[i]);
        }
        int firstRow = firstCentre(top, height);
        int rows = firstCentre(bottom, height) - firstRow;
        spendRows(rows);
        // Of each row the columns at which inside and outside change places.
        BitSet[] changes = new BitSet[rows];
        Arrays.setAll(changes, row -> new BitSet());
        int last = corners.length - 2;
        for (int i = 0; i < corners.length; i += 2) {
            cross(corners[last], corners[last + 1], corners[i], corners[i + 1], changes, firstRow);
            last = i;
        }
        for (int row = 0; row < rows; row++) {
            fill(changes[row], firstRow + row, id);
        }
    }

    private static void checkCorners(double[] corners) throws BadImageException {
        if (corners.length % 2 != 0 || corners.length < TRIANGLE) {
            throw new BadImageException("has " + corners.length
                    + " coordinates, which are no outline: give x and y of at least three corners");
        }
        for (double value : corners) {
            checkNear(value);
        }
    }

    private static void checkNear(double coordinate) throws BadImageException {
        if (!(Math.abs(coordinate) <= FARTHEST)) {
            throw new BadImageException("has the coordinate " + coordinate + ", which is far outside the image");
        }
    }

    private void spend(long steps) throws BadImageException {
        work += steps;
        if (work > MOST_WORK) {
            throw new BadImageException("is one of too many shapes, or of too intricate ones");
        }
    }

    private void spendRows(int rows) throws BadImageException {
        spend(STEPS_OF_A_SHAPE + rows * (1L + width / FILLED_AT_ONCE));
    }

    /** Notes where an edge crosses the centre lines of rows; its upper end counts, its lower end does not. */
    private void cross(double x0, double y0, double x1, double y1, BitSet[] changes, int firstRow)
            throws BadImageException {
        int from = firstCentre(Math.min(y0, y1), height);
        int to = firstCentre(Math.max(y0, y1), height);
        spend(Math.max(1, to - from));
        for (int row = from; row < to; row++) {
            double x = x0 + (row + 0.5 - y0) * (x1 - x0) / (y1 - y0);
            changes[row - firstRow].flip(firstCentre(x, width));
        }
    }

    /** Returns the first row or column whose centre is at a coordinate or after it, within the image. */
    private static int firstCentre(double coordinate, int length) {
        return (int) Math.max(0, Math.min(length, Math.ceil(coordinate - 0.5)));
    }

    private void fill(BitSet changes, int row, short id) {
        int from = changes.nextSetBit(0);
        while (from >= 0) {
            int to = changes.nextSetBit(from + 1);
            fill(row, from, to < 0 ? width : to, id);
            from = to < 0 ? -1 : changes.nextSetBit(to + 1);
        }
    }

    private void fill(int row, int from, int to, short id) {
        Arrays.fill(ids, row * width + from, row * width + to, id);
    }

    /** Paints a disc. */
    void disc(double x, double y, double radius, short id) throws BadImageException {
        checkNear(x);
        checkNear(y);
        checkNear(radius);
        int to = firstCentre(y + radius, height);
        int first = firstCentre(y - radius, height);
        spendRows(to - first);
        for (int row = first; row < to; row++) {
            double above = row + 0.5 - y;
            double half = Math.sqrt(Math.max(0, radius * radius - above * above));
            int from = firstCentre(x - half, width);
            fill(row, from, Math.max(from, firstCentre(x + half, width)), id);
        }
    }

    /**
     * Paints a line with round ends.
     *
     * @param corners x and y of each, at least one
     */
    void line(double[] corners, double thickness, short id) throws BadImageException {
        double half = thickness / 2;
        for (int i = 0; i + 1 < corners.length; i += 2) {
            disc(corners[i], corners[i + 1], half, id);
            if (i > 0) {
                segment(corners, i - 2, half, id);
            }
        }
    }

    private void segment(double[] corners, int at, double half, short id) throws BadImageException {
        double x = corners[at + 2] - corners[at];
        double y = corners[at + 3] - corners[at + 1];
        double length = Math.hypot(x, y);
        if (length > 0) {
            double across = -y / length * half;
            double along = x / length * half;
            polygon(
                    new double[] {
                        corners[at] + across,
                        corners[at + 1] + along,
                        corners[at + 2] + across,
                        corners[at + 3] + along,
                        corners[at + 2] - across,
                        corners[at + 3] - along,
                        corners[at] - across,
                        corners[at + 1] - along
                    },
                    id);
        }
    }

    /** Paints the pixels of runs, which together fill the image. */
    void runs(RunLengths runs, short id) throws BadImageException {
        spend(STEPS_OF_A_SHAPE);
        long at = 0;
        for (int i = 0; i < runs.size(); i++) {
            long end = at + runs.length(i);
            spend(1 + (i % 2) * runs.length(i));
            // Runs go down the columns, and the first one is outside.
            for (long pixel = at; i % 2 == 1 && pixel < end; pixel++) {
                int column = (int) (pixel / height);
                int row = (int) (pixel % height);
                ids[row * width + column] = id;
            }
            at = end;
        }
    }

    /**
     * Paints the pixels of a smaller mask.
     *
     * @param mask rows of {@code maskWidth} pixels, which belong to the shape where they are true
     */
    void stamp(boolean[] mask, int maskWidth, int left, int top, short id) throws BadImageException {
        spend(STEPS_OF_A_SHAPE + mask.length);
        for (int i = 0; i < mask.length; i++) {
            long column = (long) left + i % maskWidth;
            long row = (long) top + i / maskWidth;
            if (mask[i] && column >= 0 && column < width && row >= 0 && row < height) {
                ids[(int) (row * width + column)] = id;
            }
        }
    }
}

package io.bandpass.image;

/**
 * Affine transforms, byte-identical to Pillow's {@code Image.transform} and {@code Image.rotate}. A pixel's centre is
 * at (x + 0.5, y + 0.5); its colour is interpolated between the pixel centres around its source position and rounded
 * down, or the fill colour if that position is outside the image.
 *
 * <p>OpenCV differs: it rounds bilinear positions, uses another cubic (a = -0.75 rather than -1), and blends the fill
 * colour into the edges.
 */
final class Warp {
    private static final int CHANNELS = RgbBytes.CHANNELS;
    /** Pillow rounds the sines of a rotation to this precision. */
    private static final double SINE_DIGITS = 1e15;

    private static final int LARGEST = 255;

    private final RgbBytes image;
    private final boolean bicubic;
    private final byte[] fill;

    /**
     * Prepares transforms of an image.
     *
     * @param bicubic interpolation; otherwise bilinear
     * @param fill RGB colour
     */
    Warp(RgbBytes image, boolean bicubic, byte[] fill) {
        this.image = image;
        this.bicubic = bicubic;
        this.fill = fill;
    }

    /** Rotates counter-clockwise around the centre. */
    RgbBytes rotate(double degrees) {
        double angle = -Math.toRadians(degrees);
        double cosine = Math.rint(Math.cos(angle) * SINE_DIGITS) / SINE_DIGITS;
        double sine = Math.rint(Math.sin(angle) * SINE_DIGITS) / SINE_DIGITS;
        double x = image.width() / 2.0;
        double y = image.height() / 2.0;
        return affine(cosine, sine, cosine * -x + sine * -y + x, -sine, cosine, -sine * -x + cosine * -y + y);
    }

    /** Shears to the left: each row is read from further right, by {@code factor} pixels per row from the top. */
    RgbBytes shearX(double factor) {
        return affine(1, factor, 0, 0, 1, 0);
    }

    /** Shears upwards: each column is read from further down, by {@code factor} pixels per column from the left. */
    RgbBytes shearY(double factor) {
        return affine(1, 0, 0, factor, 1, 0);
    }

    /** Moves the image to the left by a fraction of the width. */
    RgbBytes translateX(double fraction) {
        return affine(1, 0, fraction * image.width(), 0, 1, 0);
    }

    /** Moves the image up by a fraction of the height. */
    RgbBytes translateY(double fraction) {
        return affine(1, 0, 0, 0, 1, fraction * image.height());
    }

    /** Computes the result, in which the pixel at (x, y) comes from (a x + b y + c, d x + e y + f). */
    private RgbBytes affine(double a, double b, double c, double d, double e, double f) {
        RgbBytes result = RgbBytes.blank(image.height(), image.width());
        byte[] to = result.values();
        int i = 0;
        for (int row = 0; row < image.height(); row++) {
            double y = row + 0.5;
            for (int column = 0; column < image.width(); column++) {
                double x = column + 0.5;
                double fromX = a * x + b * y + c;
                double fromY = d * x + e * y + f;
                if (fromX < 0 || fromX >= image.width() || fromY < 0 || fromY >= image.height()) {
                    System.arraycopy(fill, 0, to, i, CHANNELS);
                } else if (bicubic) {
                    cubic(to, i, fromX - 0.5, fromY - 0.5);
                } else {
                    linear(to, i, fromX - 0.5, fromY - 0.5);
                }
                i += CHANNELS;
            }
        }
        return result;
    }

    private void linear(byte[] to, int i, double x, double y) {
        int column = (int) Math.floor(x);
        int row = (int) Math.floor(y);
        double right = x - column;
        double down = y - row;
        int left0 = column(column);
        int left1 = column(column + 1);
        int top0 = row(row);
        int top1 = row(row + 1);
        for (int channel = 0; channel < CHANNELS; channel++) {
            double upper = between(level(top0 + left0 + channel), level(top0 + left1 + channel), right);
            // Shears and translations move along one axis only.
            to[i + channel] = (byte)
                    (down == 0
                            ? upper
                            : between(
                                    upper,
                                    between(level(top1 + left0 + channel), level(top1 + left1 + channel), right),
                                    down));
        }
    }

    private void cubic(byte[] to, int i, double x, double y) {
        int column = (int) Math.floor(x);
        int row = (int) Math.floor(y);
        double right = x - column;
        double down = y - row;
        int left0 = column(column - 1);
        int left1 = column(column);
        int left2 = column(column + 1);
        int left3 = column(column + 2);
        int top0 = row(row - 1);
        int top1 = row(row);
        int top2 = row(row + 1);
        int top3 = row(row + 2);
        for (int channel = 0; channel < CHANNELS; channel++) {
            double value = down == 0
                    ? cubicRow(top1 + channel, left0, left1, left2, left3, right)
                    : between(
                            cubicRow(top0 + channel, left0, left1, left2, left3, right),
                            cubicRow(top1 + channel, left0, left1, left2, left3, right),
                            cubicRow(top2 + channel, left0, left1, left2, left3, right),
                            cubicRow(top3 + channel, left0, left1, left2, left3, right),
                            down);
            to[i + channel] = (byte) Math.max(0, Math.min(LARGEST, value));
        }
    }

    private double cubicRow(int top, int left0, int left1, int left2, int left3, double right) {
        return right == 0
                ? level(top + left1)
                : between(level(top + left0), level(top + left1), level(top + left2), level(top + left3), right);
    }

    private static double between(double first, double second, double fraction) {
        return first + (second - first) * fraction;
    }

    /** Cubic convolution with a = -1 between the second and the third of four values, in Horner form. */
    private static double between(double v0, double v1, double v2, double v3, double fraction) {
        double linear = -v0 + v2;
        double square = 2 * (v0 - v1) + v2 - v3;
        double cube = -v0 + v1 - v2 + v3;
        return v1 + fraction * (linear + fraction * (square + fraction * cube));
    }

    private double level(int position) {
        return image.level(position);
    }

    /** Returns the start of a row, clamped to the image. */
    private int row(int y) {
        return Math.max(0, Math.min(image.height() - 1, y)) * image.width() * CHANNELS;
    }

    /** Returns the offset of a column within a row, clamped to the image. */
    private int column(int x) {
        return Math.max(0, Math.min(image.width() - 1, x)) * CHANNELS;
    }
}

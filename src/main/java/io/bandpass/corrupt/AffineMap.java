package io.bandpass.corrupt;

/**
 * An affine map of positions, x' = a x + b y + c and y' = d x + e y + f.
 *
 * @param a of x in x'
 * @param b of y in x'
 * @param c constant of x'
 * @param d of x in y'
 * @param e of y in y'
 * @param f constant of y'
 */
record AffineMap(double a, double b, double c, double d, double e, double f) {
    /**
     * Returns the map that moves three corners of a square: the lower right, the upper right and the upper left.
     *
     * @param centreX of the square
     * @param centreY of the square
     * @param half half its side
     * @param moves (x, y) of each corner in turn
     */
    static AffineMap ofMovedSquare(double centreX, double centreY, double half, float[] moves) {
        double side = 2 * half;
        // Its sides are parallel to the axes, so that two corners give each column of the matrix.
        double a = 1 + ((double) moves[2] - moves[4]) / side;
        double d = ((double) moves[3] - moves[5]) / side;
        double b = ((double) moves[0] - moves[2]) / side;
        double e = 1 + ((double) moves[1] - moves[3]) / side;
        double x = centreX + half;
        double y = centreY + half;
        return new AffineMap(a, b, x + moves[0] - a * x - b * y, d, e, y + moves[1] - d * x - e * y);
    }

    AffineMap inverse() {
        double determinant = a * e - b * d;
        double inverseA = e / determinant;
        double inverseB = -b / determinant;
        double inverseD = -d / determinant;
        double inverseE = a / determinant;
        return new AffineMap(
                inverseA, inverseB, -inverseA * c - inverseB * f, inverseD, inverseE, -inverseD * c - inverseE * f);
    }

    /**
     * Returns the image whose pixels have been moved by this map: bilinear, with the border mirrored at the centre of the
     * outermost pixel, as OpenCV's {@code warpAffine}. Positions are exact as in OpenCV 5; releases before 4.11 rounded
     * them to 1/32 pixel.
     */
    Raster warp(Raster image) {
        AffineMap source = inverse();
        BilinearSampler sampler = new BilinearSampler(image, Border.REFLECT_101);
        Raster result = Raster.blank(image.height(), image.width(), image.channels());
        for (int y = 0; y < image.height(); y++) {
            double[] row = result.rows()[y];
            for (int x = 0; x < image.width(); x++) {
                sampler.sample(
                        source.d * x + source.e * y + source.f,
                        source.a * x + source.b * y + source.c,
                        row,
                        x * image.channels());
            }
        }
        return result;
    }
}

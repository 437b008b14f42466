package io.bandpass.robust;

/**
 * The usual size of a perturbation along one frequency: its L2 norm v in each channel, of pixels in [0, 1].
 *
 * <p>Published are 4.0 for images of 32 px and 15.7 for 224 px (Yin et al., NeurIPS 2019). In proportion to the side,
 * which keeps the change of a pixel the same, 4.0 at 32 px would be 28 at 224 px, and no rule for other sizes is stated.
 * So the two are joined, and extended, by the power of the side that gives both: v = 4.0 (side / 32)^0.7027, with
 * side^2 = H W. At 28 px this is 3.64, at 64 px 6.51, at 384 px 22.9.
 */
public final class FourierNorm {
    private static final double SMALL_SIDE = 32;
    private static final double SMALL = 4.0;
    private static final double LARGE_SIDE = 224;
    private static final double LARGE = 15.7;

    private FourierNorm() {}

    /** Returns v for images of this size in pixels. */
    public static double of(int height, int width) {
        double exponent = Math.log(LARGE / SMALL) / Math.log(LARGE_SIDE / SMALL_SIDE);
        return SMALL * Math.pow(Math.sqrt((double) height * width) / SMALL_SIDE, exponent);
    }
}

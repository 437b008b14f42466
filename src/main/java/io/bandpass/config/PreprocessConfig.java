package io.bandpass.config;

/**
 * How an image of any size comes to have the size of a trained model.
 *
 * @param mode {@code crop}: the shorter side is resized to size / cropRatio, rounded down, and the middle is taken;
 *     {@code squash}: both sides are resized to the size, whatever that does to shapes; {@code none}: the image must have
 *     the size already, and its pixels are taken as they are
 * @param cropRatio part of the resized shorter side that is kept, above 0 and at most 1; 0.875 is the usual 224 of 256
 */
public record PreprocessConfig(String mode, double cropRatio) {
    /** What runs do themselves: the shorter side to the size, then the middle. */
    public static final PreprocessConfig DEFAULT = new PreprocessConfig("crop", 1);

    public PreprocessConfig {
        Check.oneOf("preprocess", mode, "crop", "squash", "none");
        Check.that(cropRatio > 0 && cropRatio <= 1, "crop-ratio", cropRatio, "above 0 and at most 1");
        Check.that(
                mode.equals("crop") || cropRatio == 1,
                "crop-ratio",
                cropRatio,
                "left out where preprocess is " + mode + ": only crop cuts anything off");
    }

    /** The same for every part of an image: nothing is cut off. */
    public static PreprocessConfig squash() {
        return new PreprocessConfig("squash", 1);
    }

    /** Pixels as they are. */
    public static PreprocessConfig none() {
        return new PreprocessConfig("none", 1);
    }

    /** A crop that keeps this part of the resized shorter side. */
    public static PreprocessConfig crop(double ratio) {
        return new PreprocessConfig("crop", ratio);
    }

    /** Length of the resized shorter side for a model of this size, rounded down as timm does. */
    public int resizedFor(int size) {
        return (int) Math.max(size, Math.floor(size / cropRatio));
    }

    /** In words, such as {@code crop 224 of 256}. */
    public String describe(int size) {
        return mode.equals("crop") ? "crop " + size + " of " + resizedFor(size) : mode;
    }
}

package io.bandpass.config;

/**
 * Resizing of images to the size of a trained model.
 *
 * @param mode {@code crop}: resizes the shorter side to size / cropRatio, rounded down, and crops the centre;
 *     {@code squash}: resizes both sides to the size, ignoring the aspect ratio; {@code none}: the image must already
 *     have the size, and its pixels are used unchanged
 * @param cropRatio share of the resized shorter side that is kept, above 0 and at most 1; 0.875 is the usual 224 of
 *     256
 */
public record PreprocessConfig(String mode, double cropRatio) {
    /** Preprocessing of evaluations within a run: the shorter side is resized to the size, then the centre cropped. */
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

    /** Preprocessing that keeps the whole image and crops nothing. */
    public static PreprocessConfig squash() {
        return new PreprocessConfig("squash", 1);
    }

    /** Preprocessing that leaves pixels unchanged. */
    public static PreprocessConfig none() {
        return new PreprocessConfig("none", 1);
    }

    /** Preprocessing that keeps this share of the resized shorter side. */
    public static PreprocessConfig crop(double ratio) {
        return new PreprocessConfig("crop", ratio);
    }

    /** Length of the resized shorter side for a model of this size, rounded down as in timm. */
    public int resizedFor(int size) {
        return (int) Math.max(size, Math.floor(size / cropRatio));
    }

    /** Describes the preprocessing, for example {@code crop 224 of 256}. */
    public String describe(int size) {
        return mode.equals("crop") ? "crop " + size + " of " + resizedFor(size) : mode;
    }
}

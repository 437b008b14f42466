package io.bandpass.image;

import io.bandpass.config.RandAugmentConfig;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * RandAugment's operations: timm's increasing set, in its order, in which a larger magnitude means a stronger effect.
 * docs/augmentation.md has them as a table.
 */
enum ImageOperation {
    AUTO_CONTRAST,
    EQUALIZE,
    INVERT,
    ROTATE,
    POSTERIZE,
    SOLARIZE,
    SOLARIZE_ADD,
    COLOUR,
    CONTRAST,
    BRIGHTNESS,
    SHARPNESS,
    SHEAR_X,
    SHEAR_Y,
    TRANSLATE_X,
    TRANSLATE_Y;

    private static final double LARGEST_ANGLE = 30;
    private static final int POSTERIZE_BITS = 4;
    private static final int LEVELS = 256;
    private static final int LARGEST_ADDED = 110;
    private static final double LARGEST_ENHANCEMENT = 0.9;
    private static final double SMALLEST_FACTOR = 0.1;
    private static final double LARGEST_SHEAR = 0.3;
    private static final double LARGEST_TRANSLATION = 0.45;

    /** Whether pixels move, so that colours are interpolated. */
    boolean isGeometric() {
        return switch (this) {
            case ROTATE, SHEAR_X, SHEAR_Y, TRANSLATE_X, TRANSLATE_Y -> true;
            default -> false;
        };
    }

    /**
     * Returns the operation's argument in its own unit; 0 if it has none.
     *
     * @param magnitude from 0 to 10
     * @param random draws the sign, if there is one
     */
    double argument(double magnitude, SplittableRandom random) {
        double level = magnitude / RandAugmentConfig.LARGEST_MAGNITUDE;
        return switch (this) {
            case AUTO_CONTRAST, EQUALIZE, INVERT -> 0;
            case ROTATE -> signed(level * LARGEST_ANGLE, random);
            case POSTERIZE -> POSTERIZE_BITS - (int) (level * POSTERIZE_BITS);
            case SOLARIZE -> LEVELS - (int) (level * LEVELS);
            case SOLARIZE_ADD -> (int) (level * LARGEST_ADDED);
            case COLOUR, CONTRAST, BRIGHTNESS, SHARPNESS ->
                Math.max(SMALLEST_FACTOR, 1 + signed(level * LARGEST_ENHANCEMENT, random));
            case SHEAR_X, SHEAR_Y -> signed(level * LARGEST_SHEAR, random);
            case TRANSLATE_X, TRANSLATE_Y -> signed(level * LARGEST_TRANSLATION, random);
        };
    }

    private static double signed(double value, SplittableRandom random) {
        return random.nextBoolean() ? -value : value;
    }

    /**
     * Returns the transformed image.
     *
     * @param bicubic interpolation of a geometric operation; otherwise bilinear
     * @param fill RGB of pixels from outside the image
     */
    RgbBytes apply(RgbBytes image, double argument, boolean bicubic, byte[] fill) {
        return switch (this) {
            case AUTO_CONTRAST -> Tones.autoContrast(image);
            case EQUALIZE -> Tones.equalize(image);
            case INVERT -> Tones.invert(image);
            case POSTERIZE -> Tones.posterize(image, (int) argument);
            case SOLARIZE -> Tones.solarize(image, (int) argument);
            case SOLARIZE_ADD -> Tones.solarizeAdd(image, (int) argument);
            case COLOUR -> Enhancement.colour(image, (float) argument);
            case CONTRAST -> Tones.contrast(image, (float) argument);
            case BRIGHTNESS -> Tones.brightness(image, (float) argument);
            case SHARPNESS -> Enhancement.sharpness(image, (float) argument);
            case ROTATE -> new Warp(image, bicubic, fill).rotate(argument);
            case SHEAR_X -> new Warp(image, bicubic, fill).shearX(argument);
            case SHEAR_Y -> new Warp(image, bicubic, fill).shearY(argument);
            case TRANSLATE_X -> new Warp(image, bicubic, fill).translateX(argument);
            case TRANSLATE_Y -> new Warp(image, bicubic, fill).translateY(argument);
        };
    }

    /** Returns a short description with the argument. */
    String describe(double argument) {
        return switch (this) {
            case AUTO_CONTRAST -> "auto-contrast";
            case EQUALIZE -> "equalize";
            case INVERT -> "invert";
            case ROTATE -> text("rotate %+.1f°", argument);
            case POSTERIZE -> text("posterize to %.0f bits", argument);
            case SOLARIZE -> text("solarize from %.0f", argument);
            case SOLARIZE_ADD -> text("solarize, add %.0f", argument);
            case COLOUR -> text("colour x %.2f", argument);
            case CONTRAST -> text("contrast x %.2f", argument);
            case BRIGHTNESS -> text("brightness x %.2f", argument);
            case SHARPNESS -> text("sharpness x %.2f", argument);
            case SHEAR_X -> text("shear x %+.2f", argument);
            case SHEAR_Y -> text("shear y %+.2f", argument);
            case TRANSLATE_X -> text("translate x %+.0f %%", 100 * argument);
            case TRANSLATE_Y -> text("translate y %+.0f %%", 100 * argument);
        };
    }

    private static String text(String format, double argument) {
        return String.format(Locale.ROOT, format, argument);
    }
}

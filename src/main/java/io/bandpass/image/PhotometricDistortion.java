package io.bandpass.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/**
 * Photometric distortion of SSD (Liu et al., 2016, section 3.2, after Howard, 2013), as segmentation is trained with it:
 * brightness, contrast, saturation and hue, each changed or not with equal chance. Computed on 8-bit levels, which are
 * clipped and rounded down after each change; saturation and hue each go to 8-bit HSV and back.
 *
 * @param brightness what is added, in levels from -32 to 32
 * @param contrastFirst whether contrast changes before saturation and hue, and not after them
 * @param contrast factor from 0.5 to 1.5
 * @param saturation factor from 0.5 to 1.5
 * @param hue what is added, in steps of 2 degrees from -18 to 17
 */
public record PhotometricDistortion(
        OptionalDouble brightness,
        boolean contrastFirst,
        OptionalDouble contrast,
        OptionalDouble saturation,
        OptionalInt hue) {
    private static final int LARGEST_ADDED = 32;
    private static final double SMALLEST_FACTOR = 0.5;
    private static final double LARGEST_FACTOR = 1.5;
    private static final int LARGEST_TURN = 18;
    private static final int LEVELS = 256;

    /** Draws the choices for an image. */
    public static PhotometricDistortion draw(SplittableRandom random) {
        OptionalDouble brightness = drawn(random, -LARGEST_ADDED, LARGEST_ADDED);
        boolean contrastFirst = random.nextBoolean();
        OptionalDouble early = contrastFirst ? factor(random) : OptionalDouble.empty();
        OptionalDouble saturation = factor(random);
        OptionalInt hue = random.nextBoolean()
                ? OptionalInt.of(random.nextInt(-LARGEST_TURN, LARGEST_TURN))
                : OptionalInt.empty();
        return new PhotometricDistortion(
                brightness, contrastFirst, contrastFirst ? early : factor(random), saturation, hue);
    }

    private static OptionalDouble factor(SplittableRandom random) {
        return drawn(random, SMALLEST_FACTOR, LARGEST_FACTOR);
    }

    private static OptionalDouble drawn(SplittableRandom random, double low, double high) {
        return random.nextBoolean()
                ? OptionalDouble.of(low + (high - low) * random.nextDouble())
                : OptionalDouble.empty();
    }

    /** Returns the distorted image. */
    public RgbBytes apply(RgbBytes image) {
        byte[] levels = image.values().clone();
        brightness.ifPresent(added -> map(levels, table(1, added)));
        if (contrastFirst) {
            contrast.ifPresent(factor -> map(levels, table(factor, 0)));
        }
        saturation.ifPresent(factor -> {
            byte[] scaled = table(factor, 0);
            HsvBytes.change(levels, step -> step, saturated -> scaled[saturated] & 0xFF);
        });
        hue.ifPresent(turn ->
                HsvBytes.change(levels, step -> Math.floorMod(step + turn, HsvBytes.HUES), saturated -> saturated));
        if (!contrastFirst) {
            contrast.ifPresent(factor -> map(levels, table(factor, 0)));
        }
        return new RgbBytes(levels, image.height(), image.width());
    }

    /** Levels times a factor plus a term, in float32, clipped and rounded down. */
    private static byte[] table(double factor, double added) {
        IntUnaryOperator changed =
                level -> (int) Math.max(0, Math.min(LEVELS - 1, level * (float) factor + (float) added));
        byte[] table = new byte[LEVELS];
        for (int level = 0; level < LEVELS; level++) {
            table[level] = (byte) changed.applyAsInt(level);
        }
        return table;
    }

    private static void map(byte[] levels, byte[] table) {
        for (int i = 0; i < levels.length; i++) {
            levels[i] = table[levels[i] & 0xFF];
        }
    }

    /** Returns short descriptions of the changes, in their order. */
    public List<String> describe() {
        List<String> steps = new ArrayList<>();
        brightness.ifPresent(added -> steps.add(text("brightness %+.0f", added)));
        if (contrastFirst) {
            contrast.ifPresent(factor -> steps.add(text("contrast x %.2f", factor)));
        }
        saturation.ifPresent(factor -> steps.add(text("saturation x %.2f", factor)));
        hue.ifPresent(turn -> steps.add(text("hue %+.0f°", turn * HsvBytes.DEGREES)));
        if (!contrastFirst) {
            contrast.ifPresent(factor -> steps.add(text("contrast x %.2f", factor)));
        }
        return steps;
    }

    private static String text(String format, double argument) {
        return String.format(Locale.ROOT, format, argument);
    }
}

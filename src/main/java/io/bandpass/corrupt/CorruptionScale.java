package io.bandpass.corrupt;

/**
 * Column of the published parameters. Amounts in pixels, such as radii, are those of the data set that the column was
 * made for, whatever the image's size; only lengths that the published programs derive from the side, such as those of
 * the elastic transform, follow the image's own.
 */
public enum CorruptionScale {
    /** ImageNet-C, for 224 px. */
    IMAGENET("ImageNet-C"),
    /** Tiny-ImageNet-C, for 64 px. */
    TINY_IMAGENET("Tiny-ImageNet-C"),
    /** CIFAR-10-C, for 32 px; also used for 28 px. */
    CIFAR("CIFAR-10-C");

    /** Smallest height and width of an image that can be corrupted. */
    public static final int SMALLEST_SIDE = 16;

    private static final int LARGEST_CIFAR = 48;
    private static final int LARGEST_TINY = 100;

    private final String benchmark;

    CorruptionScale(String benchmark) {
        this.benchmark = benchmark;
    }

    /** Name of the data set that was made with these parameters. */
    public String benchmark() {
        return benchmark;
    }

    /** Returns the column for an image: by its shorter side, CIFAR up to 48 px, Tiny-ImageNet up to 100 px. */
    public static CorruptionScale of(int height, int width) {
        int side = Math.min(height, width);
        if (side <= LARGEST_CIFAR) {
            return CIFAR;
        }
        return side <= LARGEST_TINY ? TINY_IMAGENET : IMAGENET;
    }
}

package io.bandpass.eval;

/** The size to which an image is resized before it is segmented. */
@FunctionalInterface
public interface InputSize {
    /** Height and width in pixels. */
    record Size(int height, int width) {
        Size scaled(double factor) {
            return new Size(scaled(height, factor), scaled(width, factor));
        }

        private static int scaled(int side, double factor) {
            return Math.max(1, (int) (side * factor + 0.5));
        }
    }

    /**
     * Returns the size for an image.
     *
     * @param ratio of a multi-scale evaluation; 1 for the size that the model was trained for
     */
    Size of(Size image, double ratio);

    /** The image's own size, times the ratio. */
    static InputSize own() {
        return Size::scaled;
    }

    /**
     * The largest size of the image's aspect whose longer side has at most {@code longest} times the ratio pixels, and
     * whose shorter side at most {@code shortest} times the ratio, both rounded down.
     */
    static InputSize within(int longest, int shortest) {
        return (image, ratio) -> {
            int longer = Math.max(image.height(), image.width());
            int shorter = Math.min(image.height(), image.width());
            return image.scaled(
                    Math.min((int) (longest * ratio) / (double) longer, (int) (shortest * ratio) / (double) shorter));
        };
    }
}

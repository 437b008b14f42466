package io.bandpass.image;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws factors of brightness, contrast and saturation, and their order per image, as torchvision's ColorJitter does.
 */
public final class ColourJitter {
    private static final List<ImageOperation> OPERATIONS =
            List.of(ImageOperation.BRIGHTNESS, ImageOperation.CONTRAST, ImageOperation.COLOUR);

    private final double strength;

    /**
     * Creates a jitter.
     *
     * @param strength j; factors are uniform in [max(0, 1 - j), 1 + j]
     */
    public ColourJitter(double strength) {
        this.strength = strength;
    }

    /** Draws the three operations, in the order of their application. */
    public List<DrawnOperation> draw(SplittableRandom random) {
        List<ImageOperation> left = new ArrayList<>(OPERATIONS);
        List<DrawnOperation> drawn = new ArrayList<>();
        double low = Math.max(0, 1 - strength);
        while (!left.isEmpty()) {
            ImageOperation operation = left.remove(random.nextInt(left.size()));
            drawn.add(new DrawnOperation(operation, low + (1 + strength - low) * random.nextDouble()));
        }
        return drawn;
    }
}

package io.bandpass.data;

import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rule that divides a set of images into a training and a held-out split.
 *
 * @param seed of the draw; 0 if nothing is drawn
 * @param fraction of all images that is held out; 0 if nothing is drawn
 */
public record SplitRule(Kind kind, long seed, double fraction) implements HoldOut {
    /** How the held-out images are chosen. */
    public enum Kind {
        /** Drawn per class, the default of every run. */
        STRATIFIED,
        /** Drawn from all images regardless of class, as pre-training runs of Bandpass 0.1.0 did. */
        PLAIN,
        /** Defined by the data: {@code val/}, a column {@code split}, test files of IDX or CIFAR. */
        NAMED,
        /** Taken, image by image, from weights trained on some of the images. */
        LISTED,
        /** Nothing is held out. */
        NONE
    }

    public static final SplitRule NONE = new SplitRule(Kind.NONE, 0, 0);

    /** Held-out images listed individually. */
    public static final SplitRule LISTED = new SplitRule(Kind.LISTED, 0, 0);

    /** Held-out images defined by the data. */
    public static final SplitRule NAMED = new SplitRule(Kind.NAMED, 0, 0);

    /** Returns the rule for a stratified split. */
    public static SplitRule stratified(long seed, double fraction) {
        return fraction > 0 ? new SplitRule(Kind.STRATIFIED, seed, fraction) : NONE;
    }

    /** Returns the rule for a split drawn regardless of class. */
    public static SplitRule plain(long seed, double fraction) {
        return fraction > 0 ? new SplitRule(Kind.PLAIN, seed, fraction) : NONE;
    }

    @Override
    public Chosen of(ImageSource all) {
        return new Chosen(draw(all), List.of());
    }

    /**
     * Draws the held-out images.
     *
     * @return their positions, ascending; empty if nothing is drawn, or the fraction amounts to no image or to all
     */
    public int[] draw(ImageSource all) {
        return switch (kind) {
            case STRATIFIED -> StratifiedSplit.draw(all, seed, fraction);
            case PLAIN -> drawPlain(all.size());
            default -> new int[0];
        };
    }

    private int[] drawPlain(int images) {
        int held = (int) Math.max(1, Math.rint(images * fraction));
        if (held >= images) {
            return new int[0];
        }
        EpochOrder order = new EpochOrder(images, KeyedRandom.hash(seed, Purpose.HOLD_OUT));
        return IntStream.range(0, held).map(i -> order.at(0, i)).sorted().toArray();
    }
}

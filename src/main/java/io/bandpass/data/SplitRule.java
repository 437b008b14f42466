package io.bandpass.data;

import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a set of images is divided into a part to train on and a held-out part.
 *
 * @param seed of what is drawn; 0 where nothing is
 * @param fraction of all images that is held out; 0 where nothing is drawn
 */
public record SplitRule(Kind kind, long seed, double fraction) implements HoldOut {
    /** Ways to divide. */
    public enum Kind {
        /** Drawn from each class, as every run draws it. */
        STRATIFIED,
        /** Drawn from all images alike, as pre-training runs of Bandpass 0.1.0 drew it. */
        PLAIN,
        /** Named by the data: {@code val/}, a column {@code split}, test files of IDX or CIFAR. */
        NAMED,
        /** Taken over from weights that were trained on some of the images, image by image. */
        LISTED,
        /** Nothing is held out. */
        NONE
    }

    /** Nothing held out. */
    public static final SplitRule NONE = new SplitRule(Kind.NONE, 0, 0);

    /** A part of images one by one. */
    public static final SplitRule LISTED = new SplitRule(Kind.LISTED, 0, 0);

    /** A part that the data names. */
    public static final SplitRule NAMED = new SplitRule(Kind.NAMED, 0, 0);

    /** A part drawn from each class. */
    public static SplitRule stratified(long seed, double fraction) {
        return fraction > 0 ? new SplitRule(Kind.STRATIFIED, seed, fraction) : NONE;
    }

    /** A part drawn from all images alike. */
    public static SplitRule plain(long seed, double fraction) {
        return fraction > 0 ? new SplitRule(Kind.PLAIN, seed, fraction) : NONE;
    }

    @Override
    public Chosen of(ImageSource all) {
        return new Chosen(draw(all), List.of());
    }

    /**
     * Draws.
     *
     * @return positions of the held-out images, ascending; none where nothing is drawn, or the fraction comes to no image
     */
    public int[] draw(ImageSource all) {
        return switch (kind) {
            case STRATIFIED -> StratifiedSplit.draw(all, seed, fraction);
            case PLAIN -> drawPlain(all.size());
            default -> new int[0];
        };
    }

    private int[] drawPlain(int images) {
        int held = (int) Math.rint(images * fraction);
        if (held == images) {
            return new int[0];
        }
        EpochOrder order = new EpochOrder(images, KeyedRandom.hash(seed, Purpose.HOLD_OUT));
        return IntStream.range(0, held).map(i -> order.at(0, i)).sorted().toArray();
    }
}

package io.bandpass.classify;

import io.bandpass.classify.MixDraw.Kind;
import io.bandpass.config.MixConfig;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.SplittableRandom;

/**
 * Draws how each batch is mixed, as timm does in its mode {@code batch}: mixup or cutmix with one lambda, each image with
 * the one that is as far from the other end of the batch. A pure function of (seed, step).
 */
public final class Mixup {
    private final MixConfig config;
    private final int size;
    private final long seed;

    /**
     * The mixing of a run.
     *
     * @param size edge of the square images in pixels
     */
    public Mixup(MixConfig config, int size, long seed) {
        this.config = config;
        this.size = size;
        this.seed = seed;
    }

    /**
     * How the batch of a step is mixed.
     *
     * @param step global step, from 0
     */
    public MixDraw draw(long step) {
        boolean mixup = config.mixupAlpha() > 0;
        boolean cutmix = config.cutmixAlpha() > 0;
        SplittableRandom random = KeyedRandom.of(seed, Purpose.MIXING, step);
        if ((!mixup && !cutmix) || random.nextDouble() >= config.probability()) {
            return MixDraw.NONE;
        }
        boolean cuts = cutmix && (!mixup || random.nextDouble() < config.switchProbability());
        double alpha = cuts ? config.cutmixAlpha() : config.mixupAlpha();
        double lambda = new BetaSampler(alpha).draw(random);
        return cuts ? cutmix(lambda, random) : new MixDraw(Kind.MIXUP, lambda, MixDraw.NONE.box());
    }

    /** A box of area 1 - lambda around any pixel, clipped at the edges; lambda becomes what the box leaves. */
    private MixDraw cutmix(double lambda, SplittableRandom random) {
        int half = (int) (size * Math.sqrt(1 - lambda)) / 2;
        int y = random.nextInt(size);
        int x = random.nextInt(size);
        int top = Math.max(0, y - half);
        int left = Math.max(0, x - half);
        Box box = new Box(top, left, Math.min(size, y + half) - top, Math.min(size, x + half) - left);
        return new MixDraw(Kind.CUTMIX, 1 - box.area() / (double) ((long) size * size), box);
    }

    /**
     * Where the partners of some images stand in their batch.
     *
     * @param from the first image, inclusive
     * @param to the last image, exclusive
     * @param batchSize of the whole effective batch
     * @return batchSize - 1 - i for each image i
     */
    public static int[] partners(int from, int to, int batchSize) {
        int[] partners = new int[to - from];
        for (int i = 0; i < partners.length; i++) {
            partners[i] = batchSize - 1 - from - i;
        }
        return partners;
    }
}

package io.bandpass.classify;

import io.bandpass.classify.MixDraw.Kind;
import io.bandpass.config.MixConfig;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.SplittableRandom;

/**
 * Draws the mixing of each batch like timm's mode {@code batch}: mixup or cutmix with one lambda, pairing each image
 * with its mirror image in the batch order. A pure function of (seed, step).
 */
public final class Mixup {
    private final MixConfig config;
    private final int size;
    private final long seed;

    /**
     * Creates the mixing of a run.
     *
     * @param size edge of the square images in pixels
     */
    public Mixup(MixConfig config, int size, long seed) {
        this.config = config;
        this.size = size;
        this.seed = seed;
    }

    /**
     * Draws the mixing of a step's batch.
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
        boolean cutsBox = cutmix && (!mixup || random.nextDouble() < config.switchProbability());
        double alpha = cutsBox ? config.cutmixAlpha() : config.mixupAlpha();
        double lambda = new BetaSampler(alpha).draw(random);
        return cutsBox ? cutmix(lambda, random) : new MixDraw(Kind.MIXUP, lambda, MixDraw.NONE.box());
    }

    /**
     * Draws a box of area 1 - lambda around a random pixel, clipped at the edges; lambda becomes the share outside the
     * box.
     */
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
     * Returns the positions of the partners of some images in their batch.
     *
     * @param from first image, inclusive
     * @param to last image, exclusive
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

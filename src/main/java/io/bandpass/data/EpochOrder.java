package io.bandpass.data;

import io.bandpass.config.DataConfig;
import io.bandpass.text.Counts;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.Locale;

/**
 * The order of images in each epoch: a permutation that is a pure function of (seed, epoch). Of all images at once
 * ({@link FeistelPermutation}), or so that only some shards are read at a time ({@link ShardOrder}).
 *
 * <p>With repeated augmentation each image comes several times in a row, and an epoch, whose length is unchanged,
 * covers only the first images of the order.
 */
public final class EpochOrder {
    /** Index of the image at a position of an epoch without repeats. */
    private interface Permutation {
        int at(long epoch, int position);
    }

    private final int size;
    private final int repeats;
    private final Permutation permutation;

    /** Creates an order with each image once. */
    public EpochOrder(int size, long seed) {
        this(size, 1, seed);
    }

    /**
     * Creates an order with each image several times in a row.
     *
     * @param repeats positive
     * @throws DataException if images times repeats exceed the range of an int
     */
    public EpochOrder(int size, int repeats, long seed) {
        this(size, repeats, full(size, seed));
    }

    private static Permutation full(int size, long seed) {
        FeistelPermutation permutation = new FeistelPermutation(size);
        return (epoch, position) ->
                permutation.at(position, (round, half) -> KeyedRandom.hash(seed, Purpose.ORDER, epoch, round, half));
    }

    private EpochOrder(int size, int repeats, Permutation permutation) {
        if ((long) size * repeats > Integer.MAX_VALUE) {
            throw new DataException(String.format(
                    Locale.ROOT,
                    "augment.repeats is %d, but must be at most %d for a set of %s",
                    repeats,
                    Integer.MAX_VALUE / size,
                    Counts.of(size, "image")));
        }
        this.size = size;
        this.repeats = repeats;
        this.permutation = permutation;
    }

    /**
     * Creates the order of a run's training images that its configuration asks for.
     *
     * @throws DataException if that is the order of shards, and not all images are in shards
     */
    public static EpochOrder of(ImageSource images, DataConfig config, int repeats, long seed) {
        if (config.order() == DataConfig.Order.FULL) {
            return new EpochOrder(images.size(), repeats, seed);
        }
        int[] starts = images.shardStarts();
        if (starts.length == 0) {
            throw new DataException(
                    "data.order is shards, but the images are not all in shards; pack them with data shard,"
                            + " or set data.order to full");
        }
        ShardOrder shards = new ShardOrder(starts, images.size(), config.shardStreams(), config.shardBlock(), seed);
        return new EpochOrder(images.size(), repeats, shards::at);
    }

    public int size() {
        return size;
    }

    /** Returns the number of positions; with repeats, most of them lie beyond the end of an epoch. */
    int positions() {
        return size * repeats;
    }

    /**
     * Returns the index of the image at a position of an epoch.
     *
     * @param epoch from 0
     * @param position from 0 to below {@link #size()} times the repeats
     */
    public int at(long epoch, int position) {
        return permutation.at(epoch, position / repeats);
    }

    /**
     * Returns the number of an image and its repetition, unique within the epoch: index + {@link #size()} * repetition.
     * With the seed and the epoch it keys all random choices for the image.
     */
    public int draw(long epoch, int position) {
        return at(epoch, position) + size * (position % repeats);
    }
}

package io.bandpass.data;

import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * An order of images for storage on which reading one shard after the other is cheap, and jumping between all is not. In
 * each epoch the shards are permuted and dealt to streams; within a stream, the images of a few successive shards, a
 * block, are permuted; positions take an image from each stream in turn. At any time, images come from one block of
 * each stream only.
 *
 * <p>As a permutation of all images at once, it is a pure function of (seed, epoch, position). Thread-safe.
 */
final class ShardOrder {
    /** Epochs that are kept: batches are loaded ahead, beyond the end of an epoch. */
    private static final int KEPT = 3;

    private static final long OF_SHARDS = -1;

    /**
     * The streams of an epoch, from the longest to the shortest.
     *
     * @param rounds number of rounds after which one more stream has ended, from the shortest stream on
     * @param positions position at which these rounds begin
     */
    private record Epoch(long number, List<Stream> streams, int[] rounds, int[] positions) {}

    /** A stream: its shards, and the offset in it at which each begins. */
    private record Stream(int[] shards, int[] offsets, int length) {}

    private final int[] starts;
    private final int size;
    private final int streams;
    private final int block;
    private final long seed;
    private volatile List<Epoch> epochs = List.of();

    /**
     * Creates an order.
     *
     * @param starts position of the first image of each shard, ascending from 0
     * @param size number of images
     * @param streams number of streams; no more are used than there are shards
     * @param block number of shards in a block
     */
    ShardOrder(int[] starts, int size, int streams, int block, long seed) {
        this.starts = starts.clone();
        this.size = size;
        this.streams = Math.min(streams, starts.length);
        this.block = block;
        this.seed = seed;
    }

    /** Returns the index of the image at a position of an epoch. */
    int at(long epoch, int position) {
        Epoch dealt = epoch(epoch);
        int phase = find(dealt.positions(), position);
        // In this phase the streams that have not ended come in turn, the longest first.
        int active = streams - phase;
        int within = position - dealt.positions()[phase];
        int number = within % active;
        int offset = (phase == 0 ? 0 : dealt.rounds()[phase - 1]) + within / active;
        return image(epoch, number, dealt.streams().get(number), offset);
    }

    private int image(long epoch, int number, Stream stream, int offset) {
        int shard = find(stream.offsets(), offset);
        int first = shard / block * block;
        int last = Math.min(first + block, stream.shards().length);
        int from = stream.offsets()[first];
        int to = last == stream.shards().length ? stream.length() : stream.offsets()[last];
        int permuted = from
                + new FeistelPermutation(to - from)
                        .at(
                                offset - from,
                                (round, half) ->
                                        KeyedRandom.hash(seed, Purpose.ORDER, epoch, number, first, round, half));
        int chosen = find(stream.offsets(), permuted);
        return starts[stream.shards()[chosen]] + permuted - stream.offsets()[chosen];
    }

    /** Returns the last of several ascending starts that is not above a position. */
    private static int find(int[] starts, int position) {
        int found = Arrays.binarySearch(starts, position);
        if (found < 0) {
            return -found - 2;
        }
        // What is empty starts where the next one does.
        while (found + 1 < starts.length && starts[found + 1] == position) {
            found++;
        }
        return found;
    }

    private Epoch epoch(long number) {
        List<Epoch> known = epochs;
        for (Epoch epoch : known) {
            if (epoch.number() == number) {
                return epoch;
            }
        }
        Epoch dealt = deal(number);
        List<Epoch> more = new ArrayList<>(known);
        more.add(dealt);
        epochs = List.copyOf(more.subList(Math.max(0, more.size() - KEPT), more.size()));
        return dealt;
    }

    private Epoch deal(long number) {
        int count = starts.length;
        FeistelPermutation permutation = new FeistelPermutation(count);
        List<Stream> dealt = new ArrayList<>();
        for (int first = 0; first < streams; first++) {
            int[] shards = new int[(count - first + streams - 1) / streams];
            int[] offsets = new int[shards.length];
            int length = 0;
            for (int i = 0; i < shards.length; i++) {
                shards[i] = permutation.at(
                        first + i * streams,
                        (round, half) -> KeyedRandom.hash(seed, Purpose.ORDER, number, OF_SHARDS, round, half));
                offsets[i] = length;
                length += (shards[i] + 1 < count ? starts[shards[i] + 1] : size) - starts[shards[i]];
            }
            dealt.add(new Stream(shards, offsets, length));
        }
        dealt.sort(Comparator.comparingInt(Stream::length).reversed());
        int[] rounds = new int[streams];
        int[] positions = new int[streams];
        for (int phase = 0; phase < streams; phase++) {
            rounds[phase] = dealt.get(streams - 1 - phase).length();
            if (phase + 1 < streams) {
                int begun = phase == 0 ? 0 : rounds[phase - 1];
                positions[phase + 1] = positions[phase] + (rounds[phase] - begun) * (streams - phase);
            }
        }
        return new Epoch(number, dealt, rounds, positions);
    }
}

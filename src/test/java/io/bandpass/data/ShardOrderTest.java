package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.DataConfig;
import io.bandpass.testing.Configs;
import io.bandpass.testing.FakeImages;
import io.bandpass.testing.Tars;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ShardOrderTest {
    /** Shards of 10 to 16 images. */
    private static final int[] STARTS =
            IntStream.range(0, 23).map(i -> 10 * i + i * i % 7).toArray();

    private static final int SIZE = 240;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 3", "4, 1", "4, 2", "7, 5", "23, 1", "64, 2", "1, 1000", "65536, 65536"})
    void anEpochHoldsEveryImageOnce(int streams, int block) {
        for (long seed : new long[] {0, 1, -1}) {
            ShardOrder order = new ShardOrder(STARTS, SIZE, streams, block, seed);
            for (long epoch : new long[] {0, 1, 99}) {
                assertThat(epoch(order, epoch).sorted().boxed().toList()).isEqualTo(numbers(SIZE));
            }
        }
        ShardOrder one = new ShardOrder(new int[] {0}, 1, streams, block, 0);
        assertThat(one.at(3, 0)).isZero();
    }

    @Test
    void theOrderIsAFunctionOfSeedAndEpochWhateverWasAskedBefore() {
        ShardOrder order = new ShardOrder(STARTS, SIZE, 4, 2, 5);
        List<Integer> first = epoch(order, 0).boxed().toList();
        for (long epoch : new long[] {7, 2, 1, 8, 3}) {
            assertThat(epoch(order, epoch).boxed().toList()).isNotEqualTo(first);
        }
        assertThat(epoch(order, 0).boxed().toList()).isEqualTo(first);
        assertThat(epoch(new ShardOrder(STARTS, SIZE, 4, 2, 5), 0).boxed().toList())
                .isEqualTo(first);
        assertThat(epoch(new ShardOrder(STARTS, SIZE, 4, 2, 6), 0).boxed().toList())
                .isNotEqualTo(first);
        assertThat(IntStream.range(0, 4 * SIZE)
                        .parallel()
                        .mapToObj(i -> order.at(i % 4, i / 4))
                        .toList())
                .isEqualTo(IntStream.range(0, 4 * SIZE)
                        .mapToObj(i -> order.at(i % 4, i / 4))
                        .toList());
    }

    @Test
    void anImageComesFromEachStreamInTurnAndFromOneBlockOfEachAtATime() {
        int[] equal = IntStream.range(0, 24).map(i -> 10 * i).toArray();
        ShardOrder order = new ShardOrder(equal, 240, 4, 2, 3);
        List<Integer> shards = epoch(order, 0).map(image -> image / 10).boxed().toList();
        for (int stream = 0; stream < 4; stream++) {
            for (int block = 0; block < 3; block++) {
                Set<Integer> read = new HashSet<>();
                for (int round = 20 * block; round < 20 * (block + 1); round++) {
                    read.add(shards.get(4 * round + stream));
                }
                assertThat(read).as("stream %d, block %d", stream, block).hasSize(2);
            }
        }
        List<Integer> next = epoch(order, 1).map(image -> image / 10).boxed().toList();
        assertThat(Set.copyOf(next.subList(0, 80)))
                .as("shards of the first blocks")
                .isNotEqualTo(Set.copyOf(shards.subList(0, 80)));
        assertThat(shards.subList(0, 20)).as("images of two shards are mixed").isNotEqualTo(shards.subList(20, 40));
    }

    @Test
    void withMoreStreamsThanShardsAndOneBlockEverythingIsMixed() {
        ShardOrder order = new ShardOrder(new int[] {0}, SIZE, 64, 2, 3);
        long inPlace = IntStream.range(0, SIZE).filter(i -> order.at(0, i) == i).count();
        assertThat(inPlace).isLessThan(10);
    }

    @Test
    void setsOfShardsKnowWhereEachShardBegins() {
        new Tars().sample("a", 0, 0).sample("b", 1, 1).write(folder.resolve("set/0.tar"));
        new Tars().file("a.txt", "no image").write(folder.resolve("set/1.tar"));
        new Tars().sample("a", 2, 1).sample("b", 3, 0).sample("c", 3, 0).write(folder.resolve("set/2.tar"));
        ImageSource images = open("set");
        assertThat(images.shardStarts()).containsExactly(0, 2);
        assertThat(images.select(new int[] {1, 2, 4}).shardStarts()).containsExactly(0, 1);
        assertThat(images.select(new int[] {3, 4}).shardStarts()).containsExactly(0);
        assertThat(images.select(new int[] {3, 0, 4}).shardStarts()).containsExactly(0, 1, 2);
        ImageSource twice = new JoinedImages(List.of(images, images.select(new int[] {1, 2})));
        assertThat(twice.shardStarts()).containsExactly(0, 2, 5, 6);
        assertThat(new JoinedImages(List.of(images, new FakeImages(3))).shardStarts())
                .isEmpty();
    }

    @Test
    void theOrderOfShardsNeedsShards() {
        new Tars().sample("a", 0, 0).sample("b", 1, 1).write(folder.resolve("0.tar"));
        DataConfig config = Configs.with(Configs.run(Configs.vitTiny(), 4), "data.order=shards")
                .data();
        assertThat(EpochOrder.of(open("0.tar"), config, 2, 1).positions()).isEqualTo(4);
        assertThatThrownBy(() -> EpochOrder.of(new FakeImages(3), config, 1, 1))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("the images are not all in shards");
    }

    private ImageSource open(String path) {
        return Datasets.open(Configs.data(0), List.of(folder.resolve(path).toString()), 0, 0)
                .train();
    }

    private static IntStream epoch(ShardOrder order, long epoch) {
        return IntStream.range(0, SIZE).map(position -> order.at(epoch, position));
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }
}

package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.AugmentConfig;
import io.bandpass.task.Batch;
import io.bandpass.testing.FakeImages;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BatchLoaderTest {
    private static final int IMAGES = 23;
    private static final int BATCH = 4;
    private static final int STEPS_PER_EPOCH = IMAGES / BATCH;
    private static final long SEED = 11;

    /** A batch as it can be compared. */
    private record Loaded(
            long step, long epoch, double epochsDone, List<Integer> indices, List<Integer> draws, String pixels) {}

    private final UnreadableImages bad = new UnreadableImages(0.5);
    private final EpochOrder order = new EpochOrder(IMAGES, SEED);

    BatchLoaderTest() {
        bad.count(IMAGES);
    }

    @AfterEach
    void noLoaderThreadIsLeft() throws InterruptedException {
        // A pool says that it has ended a moment before its threads have.
        for (Thread thread : loaderThreads()) {
            thread.join(10_000);
        }
        assertThat(loaderThreads()).isEmpty();
    }

    @Test
    void oneAndFourThreadsGiveIdenticalBatchesOverThreeEpochs() {
        List<Loaded> one = load(new FakeImages(IMAGES), 0, 3 * STEPS_PER_EPOCH, 1);
        assertThat(load(new FakeImages(IMAGES), 0, 3 * STEPS_PER_EPOCH, 4)).isEqualTo(one);
        assertThat(one)
                .extracting(Loaded::epoch)
                .containsExactly(0L, 0L, 0L, 0L, 0L, 1L, 1L, 1L, 1L, 1L, 2L, 2L, 2L, 2L, 2L);
        assertThat(one.stream().map(Loaded::epochsDone).limit(7))
                .containsExactly(0.0, 1 / 5.0, 2 / 5.0, 3 / 5.0, 4 / 5.0, 1.0, 6 / 5.0);
        assertThat(new TreeSet<>(one.stream().map(Loaded::pixels).toList())).hasSameSizeAs(one);
        assertThat(one).allMatch(batch -> batch.draws().equals(batch.indices()));
    }

    @Test
    void aRunThatStartsInTheMiddleOfAnEpochGetsTheBatchesOfTheWholeRun() {
        List<Loaded> whole = load(new FakeImages(IMAGES), 0, 15, 1);
        assertThat(load(new FakeImages(IMAGES), 7, 15, 4)).isEqualTo(whole.subList(7, 15));
    }

    /** Batches are loaded ahead, so the size must be that of the batch's own step. */
    @Test
    void everyBatchHasTheSizeOfItsStep() {
        FakeImages source = new FakeImages(IMAGES);
        LongFunction<SampleMaker> growing = step -> new AugmentedSamples(source, augmentation(step < 7 ? 4 : 6));
        List<Long> sizes = new ArrayList<>();
        List<List<Integer>> indices = new ArrayList<>();
        try (BatchLoader loader =
                new BatchLoader(order, growing, bad, new BatchLoader.Steps(BATCH, STEPS_PER_EPOCH, 4, 10), 2)) {
            for (int i = 4; i < 10; i++) {
                try (Batch batch = loader.next()) {
                    assertThat(batch.images().size(2)).isEqualTo(batch.images().size(3));
                    sizes.add(batch.images().size(2));
                    indices.add(Arrays.stream(batch.indices()).boxed().toList());
                }
            }
        }
        assertThat(sizes).containsExactly(4L, 4L, 4L, 6L, 6L, 6L);
        assertThat(indices)
                .isEqualTo(load(new FakeImages(IMAGES), 4, 10, 1).stream()
                        .map(Loaded::indices)
                        .toList());
    }

    @Test
    void anEpochHoldsNoImageTwice() {
        List<Integer> indices = load(new FakeImages(IMAGES), STEPS_PER_EPOCH, 2 * STEPS_PER_EPOCH, 3).stream()
                .flatMap(batch -> batch.indices().stream())
                .toList();
        assertThat(indices)
                .isEqualTo(IntStream.range(0, BATCH * STEPS_PER_EPOCH)
                        .mapToObj(i -> order.at(1, i))
                        .toList())
                .doesNotHaveDuplicates();
    }

    @Test
    void anImageThatCannotBeDecodedIsReplacedByTheNextGoodOneOfItsEpoch() {
        int[] broken = {order.at(0, 2), order.at(0, 6), order.at(0, 7)};
        List<Loaded> one = load(new FakeImages(IMAGES).broken(broken), 0, 15, 1);
        assertThat(one.get(0).indices())
                .containsExactly(order.at(0, 0), order.at(0, 1), order.at(0, 3), order.at(0, 3));
        assertThat(one.get(1).indices())
                .containsExactly(order.at(0, 4), order.at(0, 5), order.at(0, 8), order.at(0, 8));
        assertThat(bad.reasons().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(broken).mapToObj(i -> "image-" + i).toList());
        assertThat(bad.reasons()).containsValue("broken on purpose");
        assertThat(load(new FakeImages(IMAGES).broken(broken), 0, 15, 4)).isEqualTo(one);
    }

    @Test
    void labelledImagesComeWithTheirClassesAlsoWhereOneWasReplaced() {
        FakeImages source = new FakeImages(IMAGES) {
            @Override
            public int label(int index) {
                return 100 + index;
            }

            @Override
            public List<String> classNames() {
                return List.of("some");
            }
        };
        source.broken(order.at(0, 2));
        try (PointerScope scope = new PointerScope();
                BatchLoader loader = loader(source, bad, 0, 2, 2)) {
            for (int step = 0; step < 2; step++) {
                try (Batch batch = loader.next()) {
                    assertThat(Tensors.toLongs(batch.targets().orElseThrow()))
                            .containsExactly(Arrays.stream(batch.indices())
                                    .mapToLong(index -> 100 + index)
                                    .toArray());
                }
            }
        }
    }

    @Test
    void theLastImageOfAnEpochIsReplacedByTheFirstOne() {
        EpochOrder four = new EpochOrder(4, SEED);
        FakeImages source = new FakeImages(4).broken(four.at(0, 3));
        try (BatchLoader loader = new BatchLoader(four, samples(source), bad, new BatchLoader.Steps(4, 1, 0, 1), 1);
                Batch batch = loader.next()) {
            assertThat(batch.indices()).containsExactly(four.at(0, 0), four.at(0, 1), four.at(0, 2), four.at(0, 0));
        }
    }

    @Test
    void tooManyImagesThatCannotBeDecodedStopTheRun() {
        UnreadableImages strict = new UnreadableImages(0);
        strict.count(IMAGES);
        FakeImages source = new FakeImages(IMAGES).broken(order.at(0, 2));
        try (BatchLoader loader = loader(source, strict, 0, 5, 2)) {
            assertThatThrownBy(loader::next)
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("1 of 23 images cannot be read")
                    .hasMessageContaining("(broken on purpose)");
        }
    }

    @Test
    void whereNoImageCanBeDecodedTheRunStops() {
        FakeImages source =
                new FakeImages(IMAGES).broken(IntStream.range(0, IMAGES).toArray());
        UnreadableImages lenient = new UnreadableImages(1);
        lenient.count(IMAGES);
        try (BatchLoader loader = loader(source, lenient, 0, 5, 1)) {
            assertThatThrownBy(loader::next)
                    .isInstanceOf(DataException.class)
                    .hasMessage("none of the 23 images can be read");
        }
    }

    @Test
    void whatGoesWrongInAThreadArrivesAndKeepsArriving() {
        IllegalArgumentException error = new IllegalArgumentException("on purpose");
        // Only the second batch is bad: the third must not be given out in its place.
        FakeImages source = new FakeImages(IMAGES).failingAt(order.at(0, BATCH + 1), error);
        try (BatchLoader loader = loader(source, bad, 0, 5, 4)) {
            loader.next().close();
            for (int attempt = 0; attempt < 3; attempt++) {
                assertThatThrownBy(loader::next)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("a loader thread failed")
                        .hasCause(error);
            }
        }
    }

    @Test
    void noMoreThanThreeBatchesAreLoadedAhead() {
        FakeImages source = new FakeImages(IMAGES);
        try (BatchLoader loader = loader(source, bad, 0, 1000, 4)) {
            loader.next().close();
            loader.next().close();
            // Two were taken; with the second of them, two more were on their way.
            awaitQuiet(source);
            assertThat(source.reads()).isEqualTo(4 * BATCH);
        }
    }

    @Test
    void closingDoesNotWaitForImagesThatNobodyWillSee() {
        CountDownLatch gate = new CountDownLatch(1);
        FakeImages source = new FakeImages(100).waitingFor(gate);
        EpochOrder hundred = new EpochOrder(100, SEED);
        BatchLoader loader = new BatchLoader(hundred, samples(source), bad, new BatchLoader.Steps(100, 1, 0, 3), 1);
        Thread consumer = new Thread(() -> assertThatThrownBy(loader::next).isInstanceOf(RuntimeException.class));
        consumer.start();
        while (source.reads() == 0) {
            Thread.onSpinWait();
        }
        consumer.interrupt();
        join(consumer);
        Thread closer = new Thread(loader::close);
        closer.start();
        while (closer.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        gate.countDown();
        join(closer);
        // Of 100 images in chunks of 25 only the one at hand was finished.
        assertThat(source.reads()).isEqualTo(1);
    }

    @Test
    void repeatedImagesLookDifferentEachTimeWhateverTheNumberOfThreads() {
        EpochOrder repeated = new EpochOrder(IMAGES, 2, SEED);
        List<Loaded> one = load(new FakeImages(IMAGES), repeated, 1);
        assertThat(load(new FakeImages(IMAGES), repeated, 4)).isEqualTo(one);
        List<Integer> first = one.get(0).indices();
        assertThat(first).containsExactly(order.at(0, 0), order.at(0, 0), order.at(0, 1), order.at(0, 1));
        assertThat(one.get(0).draws())
                .containsExactly(first.get(0), first.get(1) + IMAGES, first.get(2), first.get(3) + IMAGES);
        // What is augmented for the first time is what a run without repeats would see.
        List<Loaded> once = load(new FakeImages(IMAGES), order, 1);
        assertThat(images(one.get(0)).get(0)).isEqualTo(images(once.get(0)).get(0));
        assertThat(images(one.get(0)).get(2)).isEqualTo(images(once.get(0)).get(1));
        assertThat(images(one.get(0)).get(1)).isNotEqualTo(images(one.get(0)).get(0));
    }

    @Test
    void anImageThatCannotBeDecodedIsReplacedByTheNextOneAndNotByItsRepetition() {
        EpochOrder repeated = new EpochOrder(IMAGES, 2, SEED);
        List<Loaded> batches = load(new FakeImages(IMAGES).broken(order.at(0, 0)), repeated, 2);
        assertThat(batches.get(0).indices())
                .containsExactly(order.at(0, 1), order.at(0, 1), order.at(0, 1), order.at(0, 1));
        assertThat(batches.get(0).draws())
                .containsExactly(order.at(0, 1), order.at(0, 1), order.at(0, 1), order.at(0, 1) + IMAGES);
    }

    private static List<List<String>> images(Loaded batch) {
        List<String> levels = List.of(batch.pixels().split(","));
        int each = levels.size() / BATCH;
        return IntStream.range(0, BATCH)
                .mapToObj(i -> levels.subList(i * each, (i + 1) * each).stream()
                        .map(level -> level.replaceAll("[^0-9.]", ""))
                        .toList())
                .toList();
    }

    private List<Loaded> load(FakeImages source, EpochOrder images, int threads) {
        try (BatchLoader loader = new BatchLoader(
                images,
                samples(source),
                bad,
                new BatchLoader.Steps(BATCH, STEPS_PER_EPOCH, 0, 2 * STEPS_PER_EPOCH),
                threads)) {
            return loaded(loader, 0, 2 * STEPS_PER_EPOCH);
        }
    }

    @Test
    void closingTwiceIsHarmless() {
        BatchLoader loader = loader(new FakeImages(IMAGES), bad, 0, 5, 2);
        loader.next().close();
        loader.close();
        loader.close();
    }

    private List<Loaded> load(FakeImages source, long startStep, long endStep, int threads) {
        try (BatchLoader loader = loader(source, bad, startStep, endStep, threads)) {
            return loaded(loader, startStep, endStep);
        }
    }

    private static List<Loaded> loaded(BatchLoader loader, long startStep, long endStep) {
        List<Loaded> batches = new ArrayList<>();
        for (long step = startStep; step < endStep; step++) {
            try (PointerScope scope = new PointerScope();
                    Batch batch = loader.next()) {
                assertThat(Tensors.shape(batch.images())).containsExactly(BATCH, 3, 4, 4);
                batches.add(new Loaded(
                        batch.step(),
                        batch.epoch(),
                        batch.epochsDone(),
                        Arrays.stream(batch.indices()).boxed().toList(),
                        Arrays.stream(batch.keys()).boxed().toList(),
                        Arrays.toString(Tensors.toFloats(batch.images()))));
            }
        }
        return batches;
    }

    private BatchLoader loader(FakeImages source, UnreadableImages list, long startStep, long endStep, int threads) {
        return new BatchLoader(
                order,
                samples(source),
                list,
                new BatchLoader.Steps(BATCH, STEPS_PER_EPOCH, startStep, endStep),
                threads);
    }

    private static LongFunction<SampleMaker> samples(ImageSource source) {
        return step -> new AugmentedSamples(source, augmentation(4));
    }

    private static Augmentation augmentation(int size) {
        return new Augmentation(
                new AugmentConfig(List.of(0.2, 1.0), List.of(0.75, 4 / 3.0), 0.5), List.of(0.5, 0.5, 0.5), size, SEED);
    }

    private static void awaitQuiet(FakeImages source) {
        while (source.reads() < 4 * BATCH
                || loaderThreads().stream().anyMatch(thread -> thread.getState() == Thread.State.RUNNABLE)) {
            Thread.onSpinWait();
        }
    }

    private static Set<Thread> loaderThreads() {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(thread -> !thread.getName().equals("bandpass-loader"));
        return threads;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

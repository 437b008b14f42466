package io.bandpass.data;

import io.bandpass.config.DataConfig;
import io.bandpass.image.BadImageException;
import io.bandpass.image.RgbImage;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Decodes whole images on several threads, to verify them or to compute their colour statistics. */
public final class Decoding {
    private static final int BLOCK = 512;
    private static final int CHANNELS = 3;
    private static final double LEVELS = 255;

    private Decoding() {}

    /**
     * Colour statistics over images, each with equal weight.
     *
     * @param mean per channel, of values in [0, 1]; empty if none was readable
     * @param std per channel, of values in [0, 1]; empty if none was readable
     * @param images number of images read
     */
    public record Colours(List<Double> mean, List<Double> std, int images) {}

    /** Per-channel means over the pixels of an image: three of the values, then three of their squares. */
    private record Moments(double[] values) {}

    /**
     * Decodes every image.
     *
     * @param unreadable collects those that cannot be decoded
     * @param done receives the number of images tried so far
     */
    public static void verify(ImageSource images, DataConfig config, UnreadableImages unreadable, IntConsumer done) {
        forEach(
                images,
                config,
                unreadable,
                images.size(),
                position -> position,
                image -> true,
                (results, end) -> done.accept(end));
    }

    /**
     * Computes mean and standard deviation of a seeded sample.
     *
     * @param count maximum number of images to decode
     * @param unreadable collects those that cannot be decoded
     */
    public static Colours colours(
            ImageSource images, DataConfig config, UnreadableImages unreadable, int count, long seed) {
        EpochOrder order = new EpochOrder(images.size(), seed);
        int sampled = Math.min(count, images.size());
        double[] sums = new double[2 * CHANNELS];
        int[] read = {0};
        forEach(
                images,
                config,
                unreadable,
                sampled,
                position -> order.at(0, position),
                Decoding::moments,
                (results, end) -> results.forEach(moments -> {
                    read[0]++;
                    Arrays.setAll(sums, i -> sums[i] + moments.values()[i]);
                }));
        if (read[0] == 0) {
            return new Colours(List.of(), List.of(), 0);
        }
        List<Double> mean =
                IntStream.range(0, CHANNELS).mapToObj(c -> sums[c] / read[0]).toList();
        List<Double> std = IntStream.range(0, CHANNELS)
                .mapToObj(c -> Math.sqrt(Math.max(0, sums[CHANNELS + c] / read[0] - mean.get(c) * mean.get(c))))
                .toList();
        return new Colours(mean, std, read[0]);
    }

    private static Moments moments(RgbImage image) {
        double[] values = new double[2 * CHANNELS];
        for (int c = 0; c < CHANNELS; c++) {
            Tensor channel = Tensors.multiply(image.view().select(1, c).to(ScalarType.Float), 1 / LEVELS);
            values[c] = channel.mean().item_double();
            values[CHANNELS + c] = channel.square().mean().item_double();
        }
        return new Moments(values);
    }

    /** Receives the results of a block of images, and the number of images tried so far. */
    private interface Sink<T> {
        void accept(List<T> results, int end);
    }

    /** Result for an image: a value, or the reason why it is unreadable. */
    private record Outcome<T>(int index, Optional<T> value, String reason) {}

    /** Applies a function to images on several threads; the results of the readable ones reach the sink in order. */
    private static <T> void forEach(
            ImageSource images,
            DataConfig config,
            UnreadableImages unreadable,
            int count,
            IntUnaryOperator order,
            Function<RgbImage, T> function,
            Sink<T> sink) {
        // Before its first call, a thread would adopt the number of threads that another one sets.
        torch.get_num_threads();
        try (Workers workers = new Workers(config.workers(), () -> torch.set_num_threads(1))) {
            // Images are read in parallel, so one torch thread per image is enough.
            for (int from = 0; from < count; from += BLOCK) {
                int to = (int) Math.min(count, (long) from + BLOCK);
                List<Integer> indices =
                        IntStream.range(from, to).map(order).boxed().toList();
                List<T> results = new ArrayList<>();
                for (Outcome<T> outcome : workers.map(indices, index -> outcome(images, index, function))) {
                    if (outcome.value().isEmpty()) {
                        unreadable.add(images.name(outcome.index()), outcome.reason());
                    }
                    outcome.value().ifPresent(results::add);
                }
                sink.accept(results, to);
            }
        }
    }

    private static <T> Outcome<T> outcome(ImageSource images, int index, Function<RgbImage, T> function) {
        try (PointerScope scope = new PointerScope()) {
            return new Outcome<>(index, Optional.of(function.apply(images.read(index))), "");
        } catch (BadImageException e) {
            return new Outcome<>(index, Optional.empty(), e.reason());
        }
    }
}

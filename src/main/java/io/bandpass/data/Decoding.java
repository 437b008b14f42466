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

/** Decodes whole images on several threads, to see whether that works, or what colours they have. */
public final class Decoding {
    private static final int BLOCK = 512;
    private static final int CHANNELS = 3;
    private static final double LEVELS = 255;

    private Decoding() {}

    /**
     * Colours of some images, each of which weighs the same.
     *
     * @param mean per channel, of values in [0, 1]; empty where none could be read
     * @param std per channel, of values in [0, 1]; empty where none could be read
     * @param images how many were read
     */
    public record Colours(List<Double> mean, List<Double> std, int images) {}

    /** Sums over pixels, divided by their number; the first three of the values, the others of their squares. */
    private record Moments(double[] values) {}

    /**
     * Decodes every image.
     *
     * @param bad takes those that cannot be decoded
     * @param done hears how many images have been tried
     */
    public static void verify(ImageSource images, DataConfig config, UnreadableImages bad, IntConsumer done) {
        each(
                images,
                config,
                bad,
                images.size(),
                position -> position,
                image -> true,
                (results, end) -> done.accept(end));
    }

    /**
     * Mean and standard deviation of a seeded sample.
     *
     * @param count largest number of images to decode
     * @param bad takes those that cannot be decoded
     */
    public static Colours colours(ImageSource images, DataConfig config, UnreadableImages bad, int count, long seed) {
        EpochOrder order = new EpochOrder(images.size(), seed);
        int sampled = Math.min(count, images.size());
        double[] sums = new double[2 * CHANNELS];
        int[] read = {0};
        each(
                images,
                config,
                bad,
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

    /** Takes what came of a block of images, and how many have been tried. */
    private interface Sink<T> {
        void accept(List<T> results, int end);
    }

    /** What came of an image: a value, or the reason why it cannot be read. */
    private record Outcome<T>(int index, Optional<T> value, String reason) {}

    /** Reads images on several threads, and hands on what the function makes of those that can be read, in order. */
    private static <T> void each(
            ImageSource images,
            DataConfig config,
            UnreadableImages bad,
            int count,
            IntUnaryOperator order,
            Function<RgbImage, T> function,
            Sink<T> sink) {
        // A thread that has not asked yet would take the number that another one sets.
        torch.get_num_threads();
        try (Workers workers = new Workers(config.workers(), () -> torch.set_num_threads(1))) {
            // The images are read side by side, so that a thread of torch's for each is enough.
            for (int from = 0; from < count; from += BLOCK) {
                int to = (int) Math.min(count, (long) from + BLOCK);
                List<Integer> indices =
                        IntStream.range(from, to).map(order).boxed().toList();
                List<T> results = new ArrayList<>();
                for (Outcome<T> outcome : workers.map(indices, index -> outcome(images, index, function))) {
                    if (outcome.value().isEmpty()) {
                        bad.add(images.name(outcome.index()), outcome.reason());
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

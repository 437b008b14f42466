package io.bandpass.eval;

import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing.Prepared;
import io.bandpass.data.UnreadableImages;
import io.bandpass.distributed.Communicator;
import io.bandpass.distributed.DistributedException;
import io.bandpass.text.Json;
import io.bandpass.text.ShortDigest;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * The batches of a pass over images, each of which one of several processes computes. Each process then receives the
 * results of all, in the order of the images, so that it goes on as if it had computed them itself.
 */
final class SharedBatches {
    private final Communicator processes;
    private final ImageSource images;
    private final UnreadableImages unreadable;
    private final int batchSize;

    /**
     * Prepares a pass.
     *
     * @throws DistributedException if another process has other images
     */
    SharedBatches(Communicator processes, ImageSource images, UnreadableImages unreadable, int batchSize) {
        this.processes = processes;
        this.images = images;
        this.unreadable = unreadable;
        this.batchSize = batchSize;
        if (processes.size() > 1) {
            checkSameImages();
        }
    }

    private void checkSameImages() {
        StringBuilder names = new StringBuilder();
        IntStream.range(0, images.size())
                .forEach(index -> names.append(images.relativeName(index)).append('\n'));
        List<String> all = processes.gather(images.size() + " " + ShortDigest.of(names.toString()));
        for (int rank = 1; rank < all.size(); rank++) {
            if (!all.get(rank).equals(all.get(0))) {
                throw new DistributedException(
                        "process " + rank
                                + " finds other images than process 0 does: all processes need the same ones, in the same order");
            }
        }
    }

    /** Number of images that all processes take at once. */
    long stride() {
        return (long) batchSize * processes.size();
    }

    /**
     * Returns the images of this process's batch.
     *
     * @param from first image of the batches of all processes
     */
    int[] own(long from) {
        long begin = Math.min(images.size(), from + (long) processes.rank() * batchSize);
        long end = Math.min(images.size(), begin + batchSize);
        return IntStream.range((int) begin, (int) end).toArray();
    }

    /**
     * Passes on the results of a batch of each process.
     *
     * @param work returns a result for each readable image of this process's batch, and records the others
     * @param sink called for each batch with results, in the order of the images
     */
    void pass(Supplier<Prepared> work, FrozenEncoder.Sink sink) throws IOException {
        if (processes.size() == 1) {
            Prepared own = work.get();
            if (own.indices().length > 0) {
                sink.accept(own.images(), own.indices());
            }
            return;
        }
        Map<String, String> before = unreadable.reasons();
        Prepared own = work.get();
        Map<String, String> found = new LinkedHashMap<>(unreadable.reasons());
        found.keySet().removeAll(before.keySet());
        List<Header> headers = gatherHeaders(new Header(own, found.size()));
        if (headers.stream().anyMatch(header -> header.unreadable() > 0)) {
            shareUnreadable(found);
        }
        Header longest = headers.stream()
                .max(Comparator.comparingInt(header -> header.indices().length))
                .orElseThrow();
        int rows = longest.indices().length;
        if (rows == 0) {
            return;
        }
        Tensor all = processes.gather(padded(own.images(), longest));
        for (int rank = 0; rank < headers.size(); rank++) {
            int[] indices = headers.get(rank).indices();
            if (indices.length > 0) {
                long begin = (long) rank * rows;
                sink.accept(Tensors.slice(all, 0, begin, begin + indices.length), indices);
            }
        }
    }

    private List<Header> gatherHeaders(Header own) {
        long[] all = Tensors.toLongs(processes
                .gather(Tensors.ofLongs(own.values(batchSize), 1, Header.length(batchSize)))
                .flatten());
        return IntStream.range(0, processes.size())
                .mapToObj(rank -> Header.of(all, rank * Header.length(batchSize)))
                .toList();
    }

    /** Brings results to the shape of the longest ones, as all processes exchange the same shape. */
    private static Tensor padded(Tensor own, Header longest) {
        long has = own.size(0);
        if (has == longest.indices().length) {
            return own;
        }
        Tensor padded = Tensors.zeros(type(longest.type()), longest.shape());
        if (has > 0) {
            Tensors.slice(padded, 0, 0, has).copy_(own);
        }
        return padded;
    }

    private static ScalarType type(long value) {
        return Arrays.stream(ScalarType.values())
                .filter(type -> type.value == value)
                .findFirst()
                .orElseThrow();
    }

    private void shareUnreadable(Map<String, String> found) throws IOException {
        for (String text : processes.gather(Json.line(found))) {
            @Nullable Map<?, ?> theirs = Json.mapper().readValue(text, Map.class);
            if (theirs != null) {
                theirs.forEach((name, reason) -> unreadable.add(String.valueOf(name), String.valueOf(reason)));
            }
        }
        unreadable.check();
    }

    /**
     * What the others do not know of the results of a process.
     *
     * @param type of the values, as LibTorch numbers it
     * @param shape of the results; empty without any
     * @param unreadable number of images that turned out to be unreadable
     * @param indices of the images with results
     */
    private record Header(long type, long[] shape, long unreadable, int[] indices) {
        private static final int MOST_AXES = 8;
        private static final int BEFORE_SHAPE = 4;

        Header(Prepared own, int unreadable) {
            this(
                    own.images().scalar_type().value,
                    own.indices().length == 0 ? new long[0] : Tensors.shape(own.images()),
                    unreadable,
                    own.indices());
        }

        static int length(int batchSize) {
            return BEFORE_SHAPE + MOST_AXES + batchSize;
        }

        long[] values(int batchSize) {
            long[] values = new long[length(batchSize)];
            values[0] = type;
            values[1] = shape.length;
            values[2] = unreadable;
            values[3] = indices.length;
            System.arraycopy(shape, 0, values, BEFORE_SHAPE, shape.length);
            for (int i = 0; i < indices.length; i++) {
                values[BEFORE_SHAPE + MOST_AXES + i] = indices[i];
            }
            return values;
        }

        static Header of(long[] values, int at) {
            int shapeAt = at + BEFORE_SHAPE;
            int indicesAt = shapeAt + MOST_AXES;
            return new Header(
                    values[at],
                    Arrays.copyOfRange(values, shapeAt, shapeAt + (int) values[at + 1]),
                    values[at + 2],
                    Arrays.stream(values, indicesAt, indicesAt + (int) values[at + 3])
                            .mapToInt(Math::toIntExact)
                            .toArray());
        }
    }
}

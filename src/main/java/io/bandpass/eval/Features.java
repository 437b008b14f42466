package io.bandpass.eval;

import io.bandpass.data.BadImages;
import io.bandpass.data.DataException;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.Preprocessing.Prepared;
import io.bandpass.encoder.Encoder;
import io.bandpass.nn.Normalisation;
import io.bandpass.torch.Precision;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * One feature vector per image: the only implementation, for kNN and all that will need features.
 *
 * @param values (N, C), float32, on the CPU, in the scope in which they were made
 * @param images the images that could be read, row by row
 */
public record Features(Tensor values, ImageSource images) {
    private static final int BATCH = 128;

    /**
     * Features of a frozen encoder: the mean over its map, in evaluation mode.
     *
     * @param bad receives images that cannot be read
     */
    public static Features of(
            Encoder encoder,
            Normalisation normalisation,
            Precision precision,
            Device device,
            ImageSource images,
            BadImages bad) {
        return of(encoder, UnaryOperator.identity(), normalisation, precision, device, images, bad);
    }

    /**
     * Features that something is done to, such as a norm after the mean.
     *
     * @param afterwards from (N, C) to (N, C)
     */
    public static Features of(
            Encoder encoder,
            UnaryOperator<Tensor> afterwards,
            Normalisation normalisation,
            Precision precision,
            Device device,
            ImageSource images,
            BadImages bad) {
        boolean wasTraining = encoder.isTraining();
        encoder.setTraining(false);
        try {
            // Within one call, so that the weights are cast once for the whole set.
            return precision.run(
                    device,
                    () -> collect(
                            images,
                            encoder.config().imageSize(),
                            bytes -> precision.forward(
                                    device,
                                    () -> afterwards.apply(
                                            encoder.features(normalisation.apply(normalisation.unit(bytes))))),
                            bad));
        } finally {
            encoder.setTraining(wasTraining);
        }
    }

    /** The pixels themselves, in [0, 1], at the size that an encoder would see: (N, 3 * size * size). */
    public static Features ofPixels(Normalisation normalisation, int size, ImageSource images, BadImages bad) {
        return collect(images, size, bytes -> normalisation.unit(bytes).flatten(1, 3), bad);
    }

    private static Features collect(ImageSource images, int size, UnaryOperator<Tensor> features, BadImages bad) {
        Preprocessing preprocessing = new Preprocessing(size);
        TensorVector parts = new TensorVector();
        List<Integer> read = new ArrayList<>();
        try (NoGradGuard guard = new NoGradGuard()) {
            for (int from = 0; from < images.size(); from += BATCH) {
                try (PointerScope scope = new PointerScope()) {
                    int[] range = IntStream.range(from, Math.min(images.size(), from + BATCH))
                            .toArray();
                    Prepared batch = preprocessing.batch(images, range, bad);
                    if (batch.indices().length > 0) {
                        parts.push_back(features.apply(batch.images()).cpu());
                    }
                    IntStream.of(batch.indices()).forEach(read::add);
                }
            }
            if (read.isEmpty()) {
                throw new DataException("none of the " + images.size() + " images for the evaluation can be read");
            }
            int[] rows = read.stream().mapToInt(Integer::intValue).toArray();
            return new Features(torch.cat(parts), rows.length == images.size() ? images : images.select(rows));
        }
    }

    /** Labels of the rows: (N), int64. */
    Tensor labels() {
        long[] labels = new long[images.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = images.label(i);
        }
        return Tensors.ofLongs(labels, labels.length);
    }
}

package io.bandpass.eval;

import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.Preprocessing.Prepared;
import io.bandpass.data.UnreadableImages;
import io.bandpass.eval.FrozenEncoder.Sink;
import io.bandpass.nn.Layer;
import io.bandpass.torch.Compute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Runs a model over images, batch by batch, in evaluation mode and without gradients.
 *
 * @param batchSize largest number of images per forward pass
 */
record InferenceLoop(Layer model, Preprocessing preprocessing, int batchSize, Compute compute) {
    /**
     * Applies a function to images and passes on its results batch by batch, so that memory holds one batch at most.
     *
     * @param function takes bytes (n, 3, H, W) on the CPU
     * @param unreadable receives images that cannot be read
     */
    void run(ImageSource images, UnreadableImages unreadable, UnaryOperator<Tensor> function, Sink sink)
            throws IOException {
        boolean wasTraining = model.isTraining();
        model.setTraining(false);
        try {
            // One call for the whole set, so that autocast casts the weights only once.
            compute.run(() -> {
                each(images, preprocessing, batchSize, unreadable, function, sink);
                return images;
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            model.setTraining(wasTraining);
        }
    }

    /** Does the same with a function that needs no model. */
    static void each(
            ImageSource images,
            Preprocessing preprocessing,
            int batchSize,
            UnreadableImages unreadable,
            UnaryOperator<Tensor> function,
            Sink sink) {
        try (NoGradGuard guard = new NoGradGuard()) {
            for (int from = 0; from < images.size(); from += batchSize) {
                int end = (int) Math.min(images.size(), (long) from + batchSize);
                try (PointerScope scope = new PointerScope()) {
                    Prepared batch = preprocessing.batch(
                            images, IntStream.range(from, end).toArray(), unreadable);
                    if (batch.indices().length > 0) {
                        sink.accept(function.apply(batch.images()).cpu(), batch.indices());
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}

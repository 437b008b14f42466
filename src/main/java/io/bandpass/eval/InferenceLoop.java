package io.bandpass.eval;

import io.bandpass.BandpassException;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.Preprocessing.Prepared;
import io.bandpass.data.UnreadableImages;
import io.bandpass.distributed.Communicator;
import io.bandpass.eval.FrozenEncoder.Sink;
import io.bandpass.nn.Layer;
import io.bandpass.torch.Compute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Runs a model over images, batch by batch, in evaluation mode and without gradients.
 *
 * @param batchSize largest number of images per forward pass
 * @param processes share the batches; each receives the results of all
 */
record InferenceLoop(Layer model, Preprocessing preprocessing, int batchSize, Compute compute, Communicator processes) {
    /**
     * Applies a function to images and passes on its results batch by batch, so that memory holds one batch at most.
     *
     * @param function takes bytes (n, 3, H, W) on the CPU
     * @param unreadable receives images that cannot be read
     */
    void run(ImageSource images, UnreadableImages unreadable, UnaryOperator<Tensor> function, Sink sink)
            throws IOException {
        if (processes.size() > 1 && compute.device().is_cuda()) {
            throw new BandpassException(
                    BandpassException.Kind.DEVICE,
                    "several processes can share images only on the CPU so far; use `device` cpu, or one process");
        }
        boolean wasTraining = model.isTraining();
        model.setTraining(false);
        try {
            // One call for the whole set, so that autocast casts the weights only once.
            compute.run(() -> {
                each(images, preprocessing, batchSize, unreadable, processes, function, sink);
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
            Communicator processes,
            UnaryOperator<Tensor> function,
            Sink sink) {
        SharedBatches batches = new SharedBatches(processes, images, unreadable, batchSize);
        try (NoGradGuard guard = new NoGradGuard()) {
            for (long from = 0; from < images.size(); from += batches.stride()) {
                int[] own = batches.own(from);
                try (PointerScope scope = new PointerScope()) {
                    batches.pass(
                            () -> {
                                Prepared batch = preprocessing.batch(images, own, unreadable);
                                return batch.indices().length == 0
                                        ? batch
                                        : new Prepared(
                                                function.apply(batch.images()).cpu(), batch.indices());
                            },
                            sink);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}

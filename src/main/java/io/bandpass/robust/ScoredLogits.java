package io.bandpass.robust;

import io.bandpass.task.NotFiniteException;
import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/** Logits that are compared with labels. */
final class ScoredLogits {
    private ScoredLogits() {}

    /**
     * Returns the logits of a model.
     *
     * @param what the images, for the message, such as {@code low-pass images}
     * @return (N, K), on the device of the model
     * @throws NotFiniteException if the logits of an image are not finite
     */
    static Tensor of(LogitsModel model, Tensor images, String what) {
        Tensor logits = model.logits(images);
        long notFinite = Tensors.rowsNotFinite(logits);
        if (notFinite > 0) {
            throw NotFiniteException.of("logits", notFinite, images.size(0), what);
        }
        return logits;
    }

    /**
     * Counts the images whose class has the largest logit.
     *
     * @param logits (N, K)
     * @param labels (N), int64, on any device
     */
    static long correct(Tensor logits, Tensor labels) {
        return logits.argmax(new LongOptional(1), false)
                .eq(Tensors.to(labels, logits.device()))
                .sum()
                .item_long();
    }
}

package io.bandpass.eval;

import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.encoder.Encoder;
import io.bandpass.nn.Normalisation;
import io.bandpass.torch.Precision;
import io.bandpass.torch.Tensors;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** One feature vector per image: the only implementation, for kNN and all that will need features. */
public final class Features {
    private static final int BATCH = 128;

    private Features() {}

    /**
     * Features of a frozen encoder: the mean over its map, in evaluation mode.
     *
     * @return (N, C), float32, on the CPU, in the caller's scope
     */
    public static Tensor of(
            Encoder encoder, Normalisation normalisation, Precision precision, Device device, ImageSource images) {
        boolean wasTraining = encoder.isTraining();
        encoder.setTraining(false);
        try {
            return collect(
                    images,
                    encoder.config().imageSize(),
                    bytes -> precision.forward(
                            device, () -> encoder.features(normalisation.apply(normalisation.unit(bytes)))));
        } finally {
            encoder.setTraining(wasTraining);
        }
    }

    /** The pixels themselves, in [0, 1], at the size that an encoder would see: (N, 3 * size * size). */
    public static Tensor ofPixels(Normalisation normalisation, int size, ImageSource images) {
        return collect(images, size, bytes -> normalisation.unit(bytes).flatten(1, 3));
    }

    private static Tensor collect(ImageSource images, int size, UnaryOperator<Tensor> features) {
        Preprocessing preprocessing = new Preprocessing(size);
        TensorVector parts = new TensorVector();
        try (NoGradGuard guard = new NoGradGuard()) {
            for (int from = 0; from < images.size(); from += BATCH) {
                try (PointerScope scope = new PointerScope()) {
                    Tensor bytes = preprocessing.batch(images, from, Math.min(images.size(), from + BATCH));
                    parts.push_back(features.apply(bytes).cpu());
                }
            }
            return torch.cat(parts);
        }
    }

    /** Labels of images as an int64 tensor (N). */
    static Tensor labels(ImageSource images) {
        long[] labels = new long[images.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = images.label(i);
        }
        return Tensors.ofLongs(labels, labels.length);
    }
}

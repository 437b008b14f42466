package io.bandpass.robust;

import io.bandpass.format.TensorFile;
import io.bandpass.nn.Normalisation;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/** The classifier of heatmap.safetensors, two layers with a tanh between them, and its 30 images of 16 px. */
final class GoldenToy implements AutoCloseable {
    static final int SIZE = 16;
    static final int IMAGES = 30;

    private final TensorFile file = Golden.tensors("heatmap");
    private final Normalisation normalisation =
            new Normalisation(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225), new Device("cpu"));
    private double smallestMargin = Double.POSITIVE_INFINITY;

    Tensor get(String name) {
        return file.get(name);
    }

    /** (30, 3, 16, 16) in [0, 1]. */
    Tensor images() {
        return normalisation.unit(file.get("images_u8"));
    }

    Tensor labels() {
        return file.get("labels");
    }

    static int[] indices() {
        return IntStream.range(0, IMAGES).toArray();
    }

    Tensor logits(Tensor images) {
        Tensor input = normalisation.apply(images).flatten(1, 3);
        Tensor hidden =
                input.matmul(file.get("model.w1").t()).add(file.get("model.b1")).tanh();
        Tensor logits = hidden.matmul(file.get("model.w2").t()).add(file.get("model.b2"));
        double[] values = Tensors.toDoubles(logits);
        for (int i = 0; i < values.length; i += 3) {
            double[] sorted = {values[i], values[i + 1], values[i + 2]};
            Arrays.sort(sorted);
            smallestMargin = Math.min(smallestMargin, sorted[2] - sorted[1]);
        }
        return logits;
    }

    /** The smallest distance between the two largest logits of all images so far. */
    double smallestMargin() {
        return smallestMargin;
    }

    @Override
    public void close() {
        normalisation.close();
        file.close();
    }
}

package io.bandpass.onnx;

import io.bandpass.nn.Normalisation;
import io.bandpass.torch.Tensors;
import java.util.Random;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Random images of the size of a model, the same in each program. */
final class SampleImages {
    private static final int VALUES = 256;
    private static final int CHANNELS = 3;

    private final ExportedModel model;
    private final Random random = new Random(0);

    SampleImages(ExportedModel model) {
        this.model = model;
    }

    /** Draws a batch (N, 3, H, W), uint8. */
    Tensor bytes(int batch) {
        int size = model.imageSize();
        long[] values = new long[batch * CHANNELS * size * size];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(VALUES);
        }
        return Tensors.ofLongs(values, batch, CHANNELS, size, size).to(ScalarType.Byte);
    }

    /** Normalises a batch as the model expects it. */
    Tensor normalised(Tensor bytes) {
        try (Normalisation normalisation =
                new Normalisation(model.data().mean(), model.data().std(), new Device("cpu"))) {
            return normalisation.apply(normalisation.unit(bytes));
        }
    }
}

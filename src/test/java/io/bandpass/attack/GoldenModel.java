package io.bandpass.attack;

import io.bandpass.config.Pooling;
import io.bandpass.encoder.Classifier;
import io.bandpass.format.TensorFile;
import io.bandpass.nn.Normalisation;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Golden;
import io.bandpass.testing.GoldenState;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The classifier of finetune.safetensors under attack, and its images, in float64 or float32. */
final class GoldenModel implements AttackedModel, AutoCloseable {
    private static final int CLASSES = 10;

    private final ScalarType type;
    private final TensorFile state = Golden.tensors("finetune");
    private final Classifier classifier = new Classifier(Configs.vitTiny(), Pooling.MEAN, CLASSES, 1, 0);
    private final Normalisation normalisation =
            new Normalisation(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225), new Device("cpu"));
    private final AttackedClassifier attacked;

    GoldenModel(ScalarType type) {
        this.type = type;
        GoldenState.load(classifier.state(), state, "mean.state.");
        classifier.to(type);
        attacked = new AttackedClassifier(classifier, normalisation);
    }

    Tensor images() {
        return state.get("x01").to(type);
    }

    /** The images with these labels; the key of an image is its position. */
    AttackBatch batch(Tensor labels) {
        return new AttackBatch(
                Tensors.slice(images(), 0, 0, labels.size(0)),
                labels,
                LongStream.range(0, labels.size(0)).toArray());
    }

    @Override
    public Tensor logits(Tensor images) {
        return attacked.logits(images);
    }

    @Override
    public void close() {
        attacked.close();
        classifier.close();
        normalisation.close();
        state.close();
    }
}

package io.bandpass.attack;

import io.bandpass.encoder.Classifier;
import io.bandpass.nn.Normalisation;
import io.bandpass.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * A {@link Classifier} under attack. Until it is closed, the classifier is in evaluation mode and its parameters need no
 * gradients, so that a backward pass computes those of the images only; closing restores both. It owns neither the
 * classifier nor the normalisation.
 */
public final class AttackedClassifier implements AttackedModel, AutoCloseable {
    private final Classifier classifier;
    private final Normalisation normalisation;
    private final boolean wasTraining;
    private final List<Tensor> trained = new ArrayList<>();

    /** Puts a classifier into evaluation mode and freezes its parameters. */
    public AttackedClassifier(Classifier classifier, Normalisation normalisation) {
        this.classifier = classifier;
        this.normalisation = normalisation;
        wasTraining = classifier.isTraining();
        classifier.setTraining(false);
        for (Parameter parameter : classifier.parameters()) {
            if (parameter.tensor().requires_grad()) {
                parameter.tensor().set_requires_grad(false);
                trained.add(parameter.tensor());
            }
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException under autocast: in bf16 the signs of small gradients are noise
     */
    @Override
    public Tensor logits(Tensor images) {
        if (torch.is_autocast_enabled(images.is_cuda() ? DeviceType.CUDA : DeviceType.CPU)) {
            throw new IllegalStateException("attacks are computed in float32, but autocast is enabled");
        }
        return classifier.logits(normalisation.apply(images));
    }

    @Override
    public void close() {
        trained.forEach(tensor -> tensor.set_requires_grad(true));
        classifier.setTraining(wasTraining);
    }
}

package io.bandpass.attack;

import io.bandpass.encoder.Classifier;
import io.bandpass.nn.Normalisation;
import io.bandpass.nn.Parameter;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * A {@link Classifier} under attack. Until it is closed, the classifier is in evaluation mode, its parameters need no
 * gradients, so that a backward pass computes those of the images only, and its convolutions have the memory format that
 * is the faster one for that; closing restores all three. It owns neither the classifier nor the normalisation.
 */
public final class AttackedClassifier implements AttackedModel, AutoCloseable {
    private final Classifier classifier;
    private final Normalisation normalisation;
    private final boolean wasTraining;
    private final List<Tensor> trained = new ArrayList<>();
    private final List<Reformatted> reformatted = new ArrayList<>();

    /** A weight that has contiguous memory during the attack, and its own memory, which an optimizer may hold too. */
    private record Reformatted(Tensor weight, Tensor own) {}

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
        if (classifier.encoder().attacksContiguousMaps()) {
            classifier.parameters().forEach(parameter -> makeContiguous(parameter.tensor()));
        }
    }

    private void makeContiguous(Tensor weight) {
        if (!weight.is_contiguous()) {
            try (PointerScope scope = new PointerScope()) {
                Tensor own = Tensors.keep(weight.detach());
                reformatted.add(new Reformatted(weight, own));
                weight.set_data(own.contiguous());
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
        for (Reformatted changed : reformatted) {
            changed.weight().set_data(changed.own());
            changed.own().close();
        }
        reformatted.clear();
        trained.forEach(tensor -> tensor.set_requires_grad(true));
        classifier.setTraining(wasTraining);
    }
}

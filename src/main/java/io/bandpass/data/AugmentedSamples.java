package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.torch.Tensors;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Augmented images; if they are labelled, with their class as the target, int64 (n).
 *
 * @param source the images
 * @param augmentation gives the images their size
 */
public record AugmentedSamples(ImageSource source, Augmentation augmentation) implements SampleMaker {
    @Override
    public int size() {
        return augmentation.size();
    }

    @Override
    public String name(int index) {
        return source.name(index);
    }

    @Override
    public Optional<Tensor> targets(int n) {
        return source.isLabelled() ? Optional.of(Tensors.empty(ScalarType.Long, n)) : Optional.empty();
    }

    @Override
    public void make(int index, long epoch, int draw, Tensor imageSlot, Optional<Tensor> targetSlot)
            throws BadImageException {
        imageSlot.copy_(augmentation.apply(source.read(index, augmentation.reduction(epoch, draw)), epoch, draw));
        targetSlot.ifPresent(target -> target.fill_(new Scalar((long) source.label(index))));
    }
}

package io.bandpass.labelmap;

import io.bandpass.data.SampleMaker;
import io.bandpass.image.BadImageException;
import io.bandpass.torch.Tensors;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Augmented images with their label maps as targets: int16 (n, S, S), a class from 0, {@link LabelMap#IGNORED} or {@link
 * LabelMap#PADDING} for each pixel.
 *
 * @param source the images and label maps
 * @param augmentation gives both their size
 */
public record SceneSamples(LabelMapSource source, SceneAugmentation augmentation) implements SampleMaker {
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
        return Optional.of(Tensors.empty(ScalarType.Short, n, size(), size()));
    }

    @Override
    public void make(int index, long epoch, int draw, Tensor imageSlot, Optional<Tensor> targetSlot)
            throws BadImageException {
        AugmentedScene scene = augmentation.apply(source.readLabelled(index), epoch, draw);
        imageSlot.copy_(scene.image().tensor());
        Tensors.bytes(targetSlot.orElseThrow())
                .asShortBuffer()
                .put(scene.labels().ids());
    }
}

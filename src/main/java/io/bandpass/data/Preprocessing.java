package io.bandpass.data;

import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** What happens to an image that a trained encoder looks at: shorter side to the size, then the middle. */
public final class Preprocessing {
    private final int size;

    public Preprocessing(int size) {
        this.size = size;
    }

    /** One image: (3, size, size), uint8. */
    Tensor apply(RgbImage image) {
        double scale = size / (double) Math.min(image.height(), image.width());
        int height = Math.max(size, (int) Math.rint(image.height() * scale));
        int width = Math.max(size, (int) Math.rint(image.width() * scale));
        Tensor resized = Resize.bicubic(image.view(), height, width);
        return resized.narrow(2, (height - size) / 2, size)
                .narrow(3, (width - size) / 2, size)
                .squeeze(0);
    }

    /**
     * Images as one batch.
     *
     * @return (n, 3, size, size), uint8, in the caller's scope
     * @throws DataException naming an image that cannot be read
     */
    public Tensor batch(ImageSource source, int from, int to) {
        TensorVector images = new TensorVector();
        for (int i = from; i < to; i++) {
            try (PointerScope scope = new PointerScope()) {
                images.push_back(Tensors.keep(apply(source.read(i)).contiguous()));
            } catch (BadImageException e) {
                throw new DataException(source.name(i) + " cannot be read: " + e.getMessage());
            }
        }
        return torch.stack(images);
    }
}

package io.bandpass.attack;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Logits, losses and gradients at some points. The losses of images are summed, so that the gradient of each image is
 * that of its own loss.
 *
 * @param logits (N, K)
 * @param losses (N)
 * @param gradients (N, C, H, W)
 */
record Gradients(Tensor logits, Tensor losses, Tensor gradients) {
    /**
     * Computes a forward and a backward pass, also where gradients are switched off.
     *
     * @param points (N, C, H, W)
     * @param loss from logits (N, K) to losses (N)
     */
    static Gradients at(Tensor points, AttackedModel model, UnaryOperator<Tensor> loss) {
        try (AutoGradMode enabled = new AutoGradMode(true)) {
            Tensor leaf = points.detach();
            leaf.set_requires_grad(true);
            Tensor logits = model.logits(leaf);
            Tensor losses = loss.apply(logits);
            TensorVector gradients = torch.grad(new TensorVector(losses.sum()), new TensorVector(leaf));
            // The vector owns what get() returns. Attacks overwrite gradients, which may be expanded numbers or lie
            // channels-last.
            return new Gradients(
                    logits.detach(), losses.detach(), gradients.get(0).detach().contiguous());
        }
    }
}

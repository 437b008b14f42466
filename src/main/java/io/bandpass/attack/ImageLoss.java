package io.bandpass.attack;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What an attack makes as large as it can, image by image. */
@FunctionalInterface
interface ImageLoss {
    /** Keeps the quotients of the DLR losses finite. */
    double TINY = 1e-12;

    /**
     * Returns the loss of each image (N).
     *
     * @param logits z: (N, K)
     * @param labels y: (N), int64
     * @param targets t: (N), int64; not used by a loss that aims at no class
     */
    Tensor of(Tensor logits, Tensor labels, Tensor targets);

    /** Cross entropy of the label. */
    static Tensor crossEntropy(Tensor logits, Tensor labels, Tensor targets) {
        return of(logits.log_softmax(1), labels).neg();
    }

    /** Minus the cross entropy of the target. */
    static Tensor targetedCrossEntropy(Tensor logits, Tensor labels, Tensor targets) {
        return of(logits.log_softmax(1), targets);
    }

    /** Lead of the target over the label, z_t - z_y. */
    static Tensor lead(Tensor logits, Tensor labels, Tensor targets) {
        return of(logits, targets).sub(of(logits, labels));
    }

    /**
     * Difference of logits ratio (Croce and Hein, ICML 2020, equation 6): -(z_y - max over i != y of z_i) / (z_(1) -
     * z_(3)), z_(k) being the k-th largest logit. It does not change when logits are scaled, so it does not saturate.
     */
    static Tensor dlr(Tensor logits, Tensor labels, Tensor targets) {
        Tensor sorted = logits.topk(3).get0(); // (N, 3)
        Tensor span = sorted.select(1, 0).sub(sorted.select(1, 2));
        return margins(logits, labels).neg().div(span.add(new Scalar(TINY)));
    }

    /**
     * Targeted difference of logits ratio (equation 7): -(z_y - z_t) / (z_(1) - (z_(3) + z_(4)) / 2).
     */
    static Tensor targetedDlr(Tensor logits, Tensor labels, Tensor targets) {
        Tensor sorted = logits.topk(4).get0(); // (N, 4)
        Tensor low = sorted.select(1, 2).add(sorted.select(1, 3)).mul(new Scalar(0.5));
        Tensor span = sorted.select(1, 0).sub(low);
        return lead(logits, labels, targets).div(span.add(new Scalar(TINY)));
    }

    /** Margins z_y - max over i != y of z_i: (N). Not above 0 where the image is misclassified, but for ties. */
    static Tensor margins(Tensor logits, Tensor labels) {
        T_TensorTensor_T top = logits.topk(2);
        Tensor values = top.get0(); // (N, 2)
        Tensor leads = top.get1().select(1, 0).eq(labels);
        Tensor other = torch.where(leads, values.select(1, 1), values.select(1, 0));
        return of(logits, labels).sub(other);
    }

    /** Returns the value of each row at its class. */
    private static Tensor of(Tensor rows, Tensor classes) {
        return rows.gather(1, classes.unsqueeze(1)).squeeze(1);
    }
}

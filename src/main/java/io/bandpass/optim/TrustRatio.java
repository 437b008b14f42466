package io.bandpass.optim;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Trust ratio of LARS and LAMB, which scales a parameter's update in proportion to the parameter's norm. */
final class TrustRatio {
    private TrustRatio() {}

    /**
     * Returns coefficient * |parameter| / |update|, or 1 if one of the norms is 0: an all-zero parameter would never
     * change.
     *
     * @return a scalar on the device of both
     */
    static Tensor of(Tensor parameter, Tensor update, double coefficient) {
        Tensor size = Tensors.norm(parameter);
        Tensor change = Tensors.norm(update);
        Tensor ratio = size.mul(new Scalar(coefficient)).div(change);
        return torch.where(torch.minimum(size, change).gt(new Scalar(0)), ratio, new Scalar(1));
    }
}

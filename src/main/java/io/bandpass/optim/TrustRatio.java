package io.bandpass.optim;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** By how much Lars and Lamb scale the update of a parameter: so that it goes with the size of the parameter. */
final class TrustRatio {
    private TrustRatio() {}

    /**
     * coefficient * |parameter| / |update|, and 1 where one of the norms is 0: a parameter that is all 0 would stay so.
     *
     * @return a scalar on the device of the two
     */
    static Tensor of(Tensor parameter, Tensor update, double coefficient) {
        Tensor size = Tensors.norm(parameter);
        Tensor change = Tensors.norm(update);
        Tensor ratio = size.mul(new Scalar(coefficient)).div(change);
        return torch.where(torch.minimum(size, change).gt(new Scalar(0)), ratio, new Scalar(1));
    }
}

package io.bandpass.optim;

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
        Tensor size = parameter.norm();
        Tensor change = update.norm();
        Tensor ratio = size.mul(new Scalar(coefficient)).div(change);
        Scalar zero = new Scalar(0);
        return torch.where(size.gt(zero).logical_and(change.gt(zero)), ratio, torch.ones_like(ratio));
    }
}

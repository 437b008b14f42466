package io.bandpass.frequency;

import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The definitions of method.md word for word: two full centred FFTs, masks and sums over every bin. */
public final class SpectrumOracle {
    private static final long[] AXES = {-2, -1};

    private SpectrumOracle() {}

    /** Re(ifft2(ifftshift(fftshift(fft2(x)) * mask))), x (N, C, H, W), masks (N, H, W). */
    public static Tensor filter(Tensor images, Tensor centredMasks) {
        Tensor spectrum = torch.fft_fftshift(torch.fft_fft2(images), AXES).mul(centredMasks.unsqueeze(1));
        return torch.real(torch.fft_ifft2(torch.fft_ifftshift(spectrum, AXES)));
    }

    /** The element-wise map (N, C, H, W), centred. */
    public static Tensor map(Tensor prediction, Tensor target, double gamma) {
        Tensor difference = torch.view_as_real(spectrum(prediction)).sub(torch.view_as_real(spectrum(target)));
        Tensor squared = Tensors.add(Tensors.sum(difference.mul(difference), -1), 1e-12);
        return squared.pow(new Scalar(gamma / 2));
    }

    /** One quotient over the whole batch. */
    public static Tensor masked(Tensor prediction, Tensor target, Tensor centredMasks, double gamma) {
        Tensor removed = Tensors.oneMinus(centredMasks);
        Tensor sum = map(prediction, target, gamma).mul(removed.unsqueeze(1)).sum();
        return sum.div(removed.sum()).div(new Scalar(prediction.size(1)));
    }

    public static Tensor full(Tensor prediction, Tensor target, double gamma) {
        return map(prediction, target, gamma).mean();
    }

    private static Tensor spectrum(Tensor images) {
        double scale = 1 / Math.sqrt(images.size(2) * (double) images.size(3));
        return Tensors.multiply(torch.fft_fftshift(torch.fft_fft2(images), AXES), scale);
    }
}

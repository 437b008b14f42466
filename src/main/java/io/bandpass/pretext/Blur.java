package io.bandpass.pretext;

import io.bandpass.config.DeblurConfig;
import io.bandpass.torch.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Blurs images for the deblurring task (method.md, Restoration tasks): each image is correlated with its own kernel,
 * with reflection padding that does not repeat the edge, and not clamped.
 *
 * <p>Kernels are computed in float64 on the host and zero-padded to the largest size in the configuration. One
 * depthwise convolution thus blurs a whole batch, and no image depends on the others in it.
 */
final class Blur implements Degradation {
    private static final long[] EVERY_PIXEL = {1, 1};
    private static final long[] PADDED_BEFORE = {0, 0};

    private final BlurSampler sampler;
    private final int edge;

    /**
     * Creates the degradation for an image size.
     *
     * @param imageSize the shorter side in pixels
     */
    Blur(DeblurConfig config, int imageSize, long seed) {
        sampler = new BlurSampler(config, seed);
        edge = config.largestKernel();
        config.checkFits(imageSize);
    }

    @Override
    public Tensor apply(Tensor unitImages, long epoch, int[] indices) {
        return Tensors.scoped(() -> {
            long[] shape = Tensors.shape(unitImages);
            long maps = shape[0] * shape[1];
            long border = edge / 2;
            Tensor kernels = Tensors.to(kernels(epoch, indices, (int) shape[1]), unitImages.device());
            // All images become channels of one: (1, N * C, H + 2b, W + 2b).
            Tensor padded = torch.reflection_pad2d(unitImages, border, border, border, border)
                    .reshape(1, maps, shape[2] + 2 * border, shape[3] + 2 * border);
            return torch.conv2d(padded, kernels, new TensorOptional(), EVERY_PIXEL, PADDED_BEFORE, EVERY_PIXEL, maps)
                    .reshape(shape); // (N, C, H, W)
        });
    }

    /** Repeats each image's kernel for its channels: (N * channels, 1, edge, edge), on the CPU. */
    private Tensor kernels(long epoch, int[] indices, int channels) {
        int area = edge * edge;
        float[] all = new float[indices.length * channels * area];
        for (int i = 0; i < indices.length; i++) {
            BlurKernel kernel = sampler.draw(epoch, indices[i]);
            double[] values = kernel.values();
            int size = kernel.size();
            int margin = (edge - size) / 2;
            for (int channel = 0; channel < channels; channel++) {
                int start = (i * channels + channel) * area + margin * edge + margin;
                for (int j = 0; j < values.length; j++) {
                    all[start + j / size * edge + j % size] = (float) values[j];
                }
            }
        }
        return Tensors.ofFloats(all, (long) indices.length * channels, 1, edge, edge);
    }

    @Override
    public String describe(long epoch, int index) {
        return sampler.draw(epoch, index).describe();
    }
}

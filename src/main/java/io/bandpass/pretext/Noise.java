package io.bandpass.pretext;

import io.bandpass.config.DenoiseConfig;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Additive noise for the denoising task (method.md, Restoration tasks), not clamped: Gaussian or, with some
 * probability, Poisson; with some probability the same in all channels.
 *
 * <p>Poisson noise of scale s is s * (Poisson(256 x) / 256 - x): that of a sensor that counts 256 photons at full
 * brightness, amplified s times. Its mean is 0 and its variance s^2 x / 256. Noise that is the same in all channels is
 * computed from the grey image, 0.299 R + 0.587 G + 0.114 B.
 */
final class Noise implements Degradation {
    private static final double LEVELS = 256;
    private static final float[] GREY = {0.299f, 0.587f, 0.114f};

    /** Random draws for an image; {@code numbers} seeds the noise itself. */
    private record Draw(boolean poisson, boolean grey, double scale, long numbers, double sigma) {}

    private final DenoiseConfig config;
    private final long seed;

    Noise(DenoiseConfig config, long seed) {
        this.config = config;
        this.seed = seed;
    }

    @Override
    public Tensor apply(Tensor unitImages, long epoch, int[] indices) {
        return Tensors.scoped(() -> {
            long[] shape = Tensors.shape(unitImages);
            Tensor noise = Tensors.empty(ScalarType.Float, indices.length, shape[1], shape[2], shape[3]);
            for (int i = 0; i < indices.length; i++) {
                try (PointerScope image = new PointerScope()) {
                    noise.select(0, i).copy_(noise(unitImages.select(0, i), draw(epoch, indices[i])));
                }
            }
            return unitImages.add(Tensors.to(noise, unitImages.device()));
        });
    }

    private Draw draw(long epoch, int index) {
        SplittableRandom random = KeyedRandom.of(seed, Purpose.DEGRADATION, epoch, index);
        boolean poisson = random.nextDouble() < config.poissonProbability();
        boolean grey = random.nextDouble() < config.greyProbability();
        double scale = uniform(random, config.poissonScale());
        long numbers = random.nextLong();
        // Drawn last, so that a fixed sigma leaves all other draws the same as a range does.
        double sigma = config.sigmaRange().isEmpty() ? config.sigma() : uniform(random, config.sigmaRange());
        return new Draw(poisson, grey, scale, numbers, sigma);
    }

    private static double uniform(SplittableRandom random, List<Double> range) {
        return range.get(0) + (range.get(1) - range.get(0)) * random.nextDouble();
    }

    /** Noise for an image (3, H, W): (3, H, W) or (1, H, W), on the host, where random numbers are drawn. */
    private Tensor noise(Tensor image, Draw draw) {
        GeneratorOptional generator = KeyedRandom.generator(draw.numbers());
        if (draw.poisson()) {
            Tensor brightness = image.cpu();
            return poisson(draw.grey() ? grey(brightness) : brightness, draw.scale(), generator);
        }
        long channels = draw.grey() ? 1 : image.size(0);
        return gaussian(torch.randn(new long[] {channels, image.size(1), image.size(2)}, generator), draw.sigma());
    }

    /**
     * Scales Gaussian noise.
     *
     * @param standardNormal mean 0, standard deviation 1
     * @param sigma in levels of 255
     */
    static Tensor gaussian(Tensor standardNormal, double sigma) {
        return Tensors.multiply(standardNormal, sigma / 255);
    }

    private static Tensor poisson(Tensor brightness, double scale, GeneratorOptional generator) {
        Tensor counts = torch.poisson(Tensors.multiply(brightness, LEVELS), generator);
        return Tensors.multiply(Tensors.multiply(counts, 1 / LEVELS).sub(brightness), scale);
    }

    /** Converts an image (3, H, W) to grey (1, H, W). */
    private static Tensor grey(Tensor image) {
        return Tensors.sum(image.mul(Tensors.ofFloats(GREY, GREY.length, 1, 1)), 0)
                .unsqueeze(0);
    }

    @Override
    public String describe(long epoch, int index) {
        Draw draw = draw(epoch, index);
        String grey = draw.grey() ? "grey " : "";
        return draw.poisson()
                ? grey + "Poisson noise, scale " + ThreeDigits.shown(draw.scale())
                : grey + "Gaussian noise, sigma " + ThreeDigits.shown(draw.sigma());
    }
}

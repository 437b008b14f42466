package io.bandpass.robust;

import io.bandpass.config.ConfigException;
import io.bandpass.frequency.FrequencyFilter;
import io.bandpass.frequency.MaskDraws;
import io.bandpass.frequency.RadialMask;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Accuracy of a classifier by frequency band, accumulated batch by batch: on images that keep the frequencies below a
 * radius (low-pass) or the others (high-pass), with the masks of pre-training ({@link RadialMask#CIRCLE}), and on images
 * with noise of a fixed norm in one ring. All are clamped to [0, 1]. A low-pass image of radius 0 is black, and a
 * high-pass one is the image itself.
 */
public final class BandCurves implements AutoCloseable {
    private static final int STEPS = 16;

    /**
     * What is measured.
     *
     * @param radii of the masks, in bins, 0 or more
     * @param rings inner radii of the noise, in bins, 0 or more
     * @param ringWidth outer minus inner radius of the noise, in bins
     * @param norm L2 norm of the noise in each channel, of pixels in [0, 1], such as {@link FourierNorm#of}
     * @param seed of the noise
     */
    public record Settings(List<Double> radii, List<Double> rings, double ringWidth, double norm, long seed) {
        public Settings {
            radii = List.copyOf(radii);
            rings = List.copyOf(rings);
            if (radii.stream().anyMatch(r -> !(r >= 0)) || rings.stream().anyMatch(r -> !(r >= 0))) {
                throw new ConfigException("radii of bands must be 0 or more, not " + radii + " and " + rings);
            }
            if (!(ringWidth > 0) || !(norm >= 0)) {
                throw new ConfigException(String.format(
                        Locale.ROOT,
                        "noise in rings of width %s with norm %s: the first must be above 0, the second 0 or more",
                        ringWidth,
                        norm));
            }
        }

        /** The settings for images of a size: 17 radii from 0 to half the shorter side, and rings of one bin at each. */
        public static Settings of(int height, int width, long seed) {
            double half = Math.min(height, width) / 2.0;
            List<Double> radii = IntStream.rangeClosed(0, STEPS)
                    .mapToObj(i -> half * i / STEPS)
                    .toList();
            return new Settings(radii, radii, 1, FourierNorm.of(height, width), seed);
        }
    }

    private final LogitsModel model;
    private final Settings settings;
    private final Function<int[], Tensor> whiteNoise;
    private final List<FrequencyFilter> filters = new ArrayList<>();
    private final List<BandNoise> noises = new ArrayList<>();
    private final long[] lowPass;
    private final long[] highPass;
    private final long[] noise;
    private long images;

    /**
     * Creates the curves of no images, of a size in pixels.
     *
     * @param device of the images
     * @throws ConfigException if a ring holds no frequency of such images
     */
    public BandCurves(LogitsModel model, int height, int width, Settings settings, Device device) {
        this(model, height, width, settings, device, BandNoise.white(height, width, settings.seed()));
    }

    /** Creates curves with other white noise, (N, 3, H, W) for the indices of images. */
    BandCurves(
            LogitsModel model,
            int height,
            int width,
            Settings settings,
            Device device,
            Function<int[], Tensor> whiteNoise) {
        this.model = model;
        this.settings = settings;
        this.whiteNoise = whiteNoise;
        lowPass = new long[settings.radii().size()];
        highPass = new long[settings.radii().size()];
        noise = new long[settings.rings().size()];
        try {
            for (double radius : settings.radii()) {
                filters.add(FrequencyFilter.radial(
                        RadialMask.CIRCLE, height, width, radius, Double.POSITIVE_INFINITY, true, device));
            }
            for (double ring : settings.rings()) {
                noises.add(new BandNoise(height, width, ring, ring + settings.ringWidth(), settings.norm(), device));
            }
        } catch (IllegalArgumentException empty) {
            close();
            throw new ConfigException(String.valueOf(empty.getMessage()));
        }
    }

    /**
     * Adds a batch, which is passed through the model twice for each radius and once for each ring.
     *
     * @param unitImages (N, 3, H, W), float32, in [0, 1], on the device
     * @param indices of the images in their data set, which decide on their noise
     * @param labels (N), int64
     * @throws io.bandpass.task.NotFiniteException if logits are not finite
     */
    public void add(Tensor unitImages, int[] indices, Tensor labels) {
        try (NoGradGuard guard = new NoGradGuard();
                PointerScope batch = new PointerScope()) {
            for (int i = 0; i < filters.size(); i++) {
                lowPass[i] += correct(filtered(filters.get(i), unitImages, true), labels, "low-pass images");
                highPass[i] += correct(filtered(filters.get(i), unitImages, false), labels, "high-pass images");
            }
            Tensor white = noises.isEmpty() ? new Tensor() : Tensors.to(whiteNoise.apply(indices), unitImages.device());
            for (int i = 0; i < noises.size(); i++) {
                try (PointerScope scope = new PointerScope()) {
                    Tensor noisy = clamped(unitImages.add(noises.get(i).of(white)));
                    noise[i] += correct(noisy, labels, "images with noise in a band");
                }
            }
        }
        images += indices.length;
    }

    private static Tensor filtered(FrequencyFilter filter, Tensor images, boolean low) {
        return Tensors.scoped(() -> {
            boolean[] lows = new boolean[Math.toIntExact(images.size(0))];
            Arrays.fill(lows, low);
            return filter.apply(images, filter.halfMasks(images, MaskDraws.middle(lows)));
        });
    }

    private static Tensor clamped(Tensor images) {
        return images.clamp(new ScalarOptional(new Scalar(0)), new ScalarOptional(new Scalar(1)));
    }

    private long correct(Tensor changed, Tensor labels, String what) {
        try (PointerScope scope = new PointerScope()) {
            return ScoredLogits.correct(ScoredLogits.of(model, changed, what), labels);
        }
    }

    /** Returns the accuracy on images that keep the frequencies nearer to DC than r. */
    public BandCurve lowPass() {
        return curve(settings.radii(), lowPass);
    }

    /** Returns the accuracy on images that keep the frequencies at least r from DC. */
    public BandCurve highPass() {
        return curve(settings.radii(), highPass);
    }

    /** Returns the accuracy on images with noise in the ring from r. */
    public BandCurve noise() {
        return curve(settings.rings(), noise);
    }

    private BandCurve curve(List<Double> radii, long[] correct) {
        if (images == 0) {
            throw new IllegalStateException("no image was classified, so there is no curve");
        }
        return new BandCurve(radii.stream().mapToDouble(Double::doubleValue).toArray(), correct.clone(), images);
    }

    @Override
    public void close() {
        filters.forEach(FrequencyFilter::close);
        noises.forEach(BandNoise::close);
    }
}

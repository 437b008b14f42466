package io.bandpass.eval;

import io.bandpass.config.Check;
import io.bandpass.config.ConfigException;
import io.bandpass.config.SegmentValidateConfig;
import io.bandpass.eval.InputSize.Size;
import io.bandpass.image.Resize;
import io.bandpass.task.NotFiniteException;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Segments images of any size: resizes an image, computes the logits of the whole or of overlapping windows, resizes
 * these to the original size, and averages the probabilities over scales and mirrored copies. The result is computed in
 * bands of rows, so that memory never holds a number for each class and pixel of a large image.
 */
public final class SegmentationInference {
    /** Numbers in a band, one per class and pixel: 16 MiB, of which a few copies are needed. */
    private static final int BAND_VALUES = 1 << 22;

    /** As many as the default of {@code data.max-pixels}. */
    private static final long MOST_PIXELS = 178_956_970;

    /**
     * How images are segmented.
     *
     * @param size to which images are resized first
     * @param windows in which the resized image is segmented
     * @param ratios scales whose probabilities are averaged; 1 for the size itself
     * @param flip whether each scale is segmented once more, mirrored horizontally
     * @param batchSize most windows per forward pass
     */
    public record Settings(InputSize size, SlidingWindows windows, List<Double> ratios, boolean flip, int batchSize) {
        public Settings {
            ratios = List.copyOf(ratios);
            Check.that(
                    !ratios.isEmpty() && ratios.stream().allMatch(ratio -> ratio > 0 && Double.isFinite(ratio)),
                    "ratios",
                    ratios,
                    "at least one number above 0");
            Check.positive("batch-size", batchSize);
        }

        /**
         * Returns the settings of a model's evaluation.
         *
         * @param imageSize edge of the images that the model was trained on
         */
        public static Settings of(SegmentValidateConfig config, int imageSize, List<Double> ratios, boolean flip) {
            return new Settings(
                    config.resize().isEmpty()
                            ? InputSize.own()
                            : InputSize.within(
                                    config.resize().get(0), config.resize().get(1)),
                    config.mode() == SegmentValidateConfig.Mode.WHOLE
                            ? SlidingWindows.whole()
                            : new SlidingWindows(config.cropOr(imageSize), config.strideOr(imageSize)),
                    ratios,
                    flip,
                    config.batchSize());
        }

        /**
         * Returns settings for a model that does not take windows of any edge. An edge of an image that is a single window
         * is resized to one that fits.
         *
         * @param fitting returns the nearest edge that the model takes
         * @throws io.bandpass.config.ConfigException if it does not take the edge of the windows
         */
        Settings fitting(IntUnaryOperator fitting) {
            int crop = windows.crop();
            boolean whole = windows.equals(SlidingWindows.whole());
            Check.that(
                    whole || fitting.applyAsInt(crop) == crop,
                    "crop",
                    crop,
                    "an edge that the model takes, such as " + (whole ? crop : fitting.applyAsInt(crop)));
            InputSize fitted = (image, ratio) -> {
                Size wanted = size.of(image, ratio);
                return new Size(
                        wanted.height() > crop ? wanted.height() : fitting.applyAsInt(wanted.height()),
                        wanted.width() > crop ? wanted.width() : fitting.applyAsInt(wanted.width()));
            };
            return new Settings(fitted, windows, ratios, flip, batchSize);
        }
    }

    /** Takes the probabilities of an image, band by band from the top down. */
    @FunctionalInterface
    public interface Bands {
        /**
         * Takes a band.
         *
         * @param row the first of its rows
         * @param probabilities (K, rows, W), float32, on the model's device; freed when this returns
         */
        void accept(int row, Tensor probabilities);
    }

    private final UnaryOperator<Tensor> model;
    private final int classes;
    private final Settings settings;
    private final int bandValues;

    /**
     * Creates the inference of a model, which has to be in evaluation mode while it is used.
     *
     * @param model takes windows (n, 3, h, w), uint8, on the CPU; returns logits (n, K, h', w'), float32, at the
     *     resolution of its head and on any device
     * @param classes K
     */
    public SegmentationInference(UnaryOperator<Tensor> model, int classes, Settings settings) {
        this(model, classes, settings, BAND_VALUES);
    }

    /** Does the same with bands of so many numbers. */
    SegmentationInference(UnaryOperator<Tensor> model, int classes, Settings settings, int bandValues) {
        this.model = model;
        this.classes = classes;
        this.settings = settings;
        this.bandValues = bandValues;
    }

    /**
     * Returns the class of every pixel, row by row; of equally probable classes the first.
     *
     * @param image (1, 3, H, W), uint8
     * @throws NotFiniteException if a logit is not finite
     */
    public short[] classes(Tensor image) {
        int width = (int) image.size(3);
        short[] ids = new short[Math.toIntExact(image.size(2) * width)];
        each(image, (row, probabilities) -> {
            Tensor best = probabilities.argmax(new LongOptional(0), false); // (K, rows, W) -> (rows, W)
            Tensor plain = best.to(ScalarType.Short).cpu().contiguous();
            Tensors.bytes(plain).asShortBuffer().get(ids, row * width, (int) plain.numel());
        });
        return ids;
    }

    /**
     * Returns the probability of every class at every pixel: (K, H, W), float32, on the CPU.
     *
     * @param image (1, 3, H, W), uint8
     * @throws NotFiniteException if a logit is not finite
     */
    public Tensor probabilities(Tensor image) {
        Tensor all = Tensors.empty(ScalarType.Float, classes, image.size(2), image.size(3));
        each(
                image,
                (row, probabilities) ->
                        all.narrow(1, row, probabilities.size(1)).copy_(probabilities));
        return all;
    }

    /**
     * Returns the logits of an image that is one window as the head gives them, (1, K, h', w'), and of a larger one the
     * mean of its windows' at every pixel of the resized image, (1, K, h, w); float32. Scales and flips do not count.
     *
     * @param image (1, 3, H, W), uint8
     */
    public Tensor logits(Tensor image) {
        Size original = new Size((int) image.size(2), (int) image.size(3));
        Size size = bounded(settings.size().of(original, 1), original, 1);
        try (NoGradGuard guard = new NoGradGuard()) {
            return Tensors.scoped(() -> {
                Tensor resized = Resize.bilinear(image, size.height(), size.width());
                if (settings.windows().along(size.height()).size() == 1
                        && settings.windows().along(size.width()).size() == 1) {
                    return model.apply(resized);
                }
                try (WindowLogits windows = logits(resized, false)) {
                    return windows.rows(0, size.height()).clone();
                }
            });
        }
    }

    /**
     * Segments an image band by band.
     *
     * @param image (1, 3, H, W), uint8
     * @throws NotFiniteException if a logit is not finite
     */
    public void each(Tensor image, Bands bands) {
        int height = (int) image.size(2);
        int width = (int) image.size(3);
        int rows = (int) Math.max(1, bandValues / ((long) classes * width));
        List<WindowLogits> variants = new ArrayList<>();
        try (PointerScope whole = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            open(image, variants);
            for (int from = 0; from < height; from += rows) {
                try (PointerScope scope = new PointerScope()) {
                    bands.accept(from, band(variants, from, Math.min(height, from + rows), height, width));
                }
            }
        } finally {
            variants.forEach(WindowLogits::close);
        }
    }

    /** Rejects a size at which an image would take tens of gigabytes, unless the image has it already. */
    private static Size bounded(Size size, Size original, double ratio) {
        long pixels = (long) size.height() * size.width();
        if (pixels > Math.max(MOST_PIXELS, (long) original.height() * original.width())) {
            throw new ConfigException("an image of " + original.width() + " x " + original.height()
                    + " pixels would have " + size.width() + " x " + size.height() + " at the scale " + ratio
                    + ", more than " + MOST_PIXELS + " in all; give smaller `scales`, or resize it less");
        }
        return size;
    }

    /** Adds the variants of an image: each scale, and its mirrored copy if asked for. */
    private void open(Tensor image, List<WindowLogits> variants) {
        Size original = new Size((int) image.size(2), (int) image.size(3));
        for (double ratio : settings.ratios()) {
            Size size = bounded(settings.size().of(original, ratio), original, ratio);
            Tensor resized = Resize.bilinear(image, size.height(), size.width());
            variants.add(logits(resized, false));
            if (settings.flip()) {
                variants.add(logits(resized, true));
            }
        }
    }

    private WindowLogits logits(Tensor image, boolean flipped) {
        return new WindowLogits(image, flipped, settings.windows(), classes, settings.batchSize(), model);
    }

    /** Returns the mean of the variants' probabilities: (K, to - from, W). */
    private static Tensor band(List<WindowLogits> variants, int from, int to, int height, int width) {
        Tensor sum = probabilities(variants.get(0), from, to, height, width);
        for (WindowLogits variant : variants.subList(1, variants.size())) {
            try (PointerScope scope = new PointerScope()) {
                sum.add_(probabilities(variant, from, to, height, width));
            }
        }
        return Tensors.multiply(sum, 1.0 / variants.size()).squeeze(0);
    }

    private static Tensor probabilities(WindowLogits variant, int from, int to, int height, int width) {
        return Tensors.scoped(() -> {
            BilinearRows resize = new BilinearRows(variant.height(), height);
            int first = resize.first(from);
            Tensor logits = variant.rows(first, resize.last(to - 1) + 1);
            Tensor probabilities = resize.of(logits, first, from, to, width).softmax(1); // (1, K, to - from, W)
            return variant.flipped() ? probabilities.flip(3) : probabilities;
        });
    }
}

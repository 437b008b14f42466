package io.bandpass.config;

import java.util.List;
import java.util.OptionalInt;

/**
 * Segmentation head: UperNet (Xiao et al., ECCV 2018) over four feature maps of an encoder, with an auxiliary FCN head
 * while it trains.
 *
 * @param width D, channels of the head; empty means {@code auto}: the width of a ViT, 512 for other encoders
 * @param levels encoder levels (0-based) from which the four maps are read; empty means all stages of a hierarchical
 *     encoder, and of a ViT with L blocks those after blocks L/3, L/2, 2L/3 and L, counted from 1, as in BEiT
 * @param scales by which the maps of a ViT are resized, relative to its patch grid; unused by other encoders
 * @param norm normalisation of the heads and of a ViT's pyramid
 * @param dropout probability with which whole channels are dropped before the classifying convolution
 * @param auxiliaryWidth channels of the auxiliary head
 * @param auxiliaryLevel of the four maps, the one that the auxiliary head reads, from 0
 * @param auxiliaryWeight factor of the auxiliary loss; 0: no auxiliary head
 */
public record UperNetConfig(
        OptionalInt width,
        List<Integer> levels,
        List<Double> scales,
        Norm norm,
        double dropout,
        int auxiliaryWidth,
        int auxiliaryLevel,
        double auxiliaryWeight) {
    /** Values of {@code head.norm}. */
    public enum Norm {
        /** Batch norm, by the statistics of a micro-batch. */
        BATCH,
        /** Group norm of 32 groups, independent of the batch. */
        GROUP,
        /** Batch norm by its running statistics, which do not change. */
        FROZEN;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    /** Feature maps that the head takes. */
    public static final int LEVELS = 4;

    private static final int OTHER_WIDTH = 512;

    public UperNetConfig {
        levels = List.copyOf(levels);
        scales = List.copyOf(scales);
        width.ifPresent(channels -> Check.positive("head.width", channels));
        Check.that(
                levels.isEmpty() || levels.size() == LEVELS,
                "head.levels",
                levels,
                "empty or the numbers of four levels of the encoder");
        Check.that(
                scales.size() == LEVELS
                        && scales.stream().allMatch(List.of(8.0, 4.0, 2.0, 1.0, 0.5, 0.25, 0.125)::contains),
                "head.scales",
                scales,
                "four of 8, 4, 2, 1, 0.5, 0.25 and 0.125");
        Check.that(dropout >= 0 && dropout < 1, "head.dropout", dropout, "from 0 to below 1");
        Check.positive("head.auxiliary-width", auxiliaryWidth);
        Check.that(
                auxiliaryLevel >= 0 && auxiliaryLevel < LEVELS, "head.auxiliary-level", auxiliaryLevel, "from 0 to 3");
        Check.notNegative("head.auxiliary-weight", auxiliaryWeight);
    }

    /** Returns D for an encoder. */
    public int widthFor(EncoderConfig encoder) {
        return width.orElse(encoder instanceof VisionTransformerConfig vit ? vit.width() : OTHER_WIDTH);
    }

    /** Whether there is an auxiliary head. */
    public boolean hasAuxiliary() {
        return auxiliaryWeight > 0;
    }

    /** Cells of the four maps that the head takes, the largest first. */
    private List<Double> cells(EncoderConfig encoder) {
        double grid = encoder.imageSize() / (double) encoder.stride();
        List<Double> factors = encoder instanceof VisionTransformerConfig ? scales : List.of(8.0, 4.0, 2.0, 1.0);
        return factors.stream().map(factor -> grid * factor * grid * factor).toList();
    }

    /** Multiply-adds of neck and heads for an image, without the classifying convolutions. */
    double multiplyAddsPerImage(EncoderConfig encoder) {
        List<Double> cells = cells(encoder);
        double d = widthFor(encoder);
        double c = encoder.width();
        boolean vit = encoder instanceof VisionTransformerConfig;
        double sum = 9 * d * (c + 4 * d) * cells.get(3) + 36 * d * d * cells.get(0);
        for (int level = 0; level < LEVELS - 1; level++) {
            double width = vit ? c : c / (1 << (LEVELS - 1 - level));
            sum += cells.get(level) * d * (width + 9 * d);
        }
        if (vit) {
            sum += c * c * (2 * cells.get(1) + cells.get(0));
        }
        return hasAuxiliary() ? sum + 9 * c * auxiliaryWidth * cells.get(auxiliaryLevel) : sum;
    }

    /** Memory that neck and heads keep for the backward pass, in bytes of float32. */
    double activationBytesPerImage(EncoderConfig encoder) {
        List<Double> cells = cells(encoder);
        double d = widthFor(encoder);
        // Each convolution keeps its output and those of its norm and ReLU; four maps are joined at the largest size.
        double floats = cells.get(0) * 4 * d;
        for (double map : cells) {
            floats += map * 6 * d;
        }
        return (floats + 3 * d * cells.get(0) + 3 * auxiliaryWidth * cells.get(auxiliaryLevel)) * Float.BYTES;
    }
}

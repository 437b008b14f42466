package io.bandpass.segment;

import io.bandpass.config.EncoderConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.SegmentLossConfig;
import io.bandpass.config.SegmentLossConfig.Divisor;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.UperNetConfig;
import io.bandpass.config.UperNetConfig.Norm;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.format.TensorFile;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Normalisation;
import io.bandpass.task.Batch;
import io.bandpass.testing.GoldenState;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The models of the golden numbers of segmentation, and their images as a batch. */
final class GoldenSegmenter {
    static final int CLASSES = 5;
    static final int AUXILIARY_WIDTH = 12;
    private static final List<Double> MEAN = List.of(0.485, 0.456, 0.406);
    private static final List<Double> STD = List.of(0.229, 0.224, 0.225);
    private static final long IGNORED_BYTE = 255;

    private GoldenSegmenter() {}

    static EncoderConfig vit() {
        return new VisionTransformerConfig(64, 8, 48, 4, 4, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, 0);
    }

    static EncoderConfig resnet() {
        return new ResNetConfig(
                64, ResNetConfig.Block.BASIC, List.of(2, 2, 2, 2), List.of(8, 16, 24, 32), List.of(), 8, 7, 2, true);
    }

    static EncoderConfig swin(int imageSize, int window) {
        return new SwinTransformerConfig(
                imageSize,
                4,
                6,
                List.of(2, 2, 2, 2),
                List.of(1, 2, 3, 6),
                window,
                4,
                true,
                SwinTransformerConfig.Positions.NONE,
                0);
    }

    /** Batch norm, and no dropout. */
    static UperNetConfig head(OptionalInt width) {
        return new UperNetConfig(width, List.of(), List.of(4.0, 2.0, 1.0, 0.5), Norm.BATCH, 0, AUXILIARY_WIDTH, 2, 0.4);
    }

    static SegmentationTask task(EncoderConfig encoder, OptionalInt width, Divisor divisor) {
        return new SegmentationTask(
                encoder,
                head(width),
                new SegmentLossConfig(divisor, List.of(), 0),
                MEAN,
                STD,
                CLASSES,
                1,
                false,
                Compute.cpu());
    }

    /** Puts a state into a model; the golden names have {@code encoder.} before those of encoder and level norms. */
    static void load(Segmenter segmenter, TensorFile golden, String prefix) {
        try (NoGradGuard guard = new NoGradGuard()) {
            for (NamedTensor entry : segmenter.state()) {
                entry.tensor().copy_(value(golden, prefix + goldenName(entry.name())));
            }
        }
    }

    private static Tensor value(TensorFile golden, String name) {
        // Names of timm 1.0, but for the biases of a ViT's attention.
        return golden.find(name) != null ? golden.get(name) : GoldenState.value(golden, name);
    }

    static String goldenName(String name) {
        return name.matches("(decode_head|auxiliary_head|fpn[1-4])\\..*") ? name : "encoder." + name;
    }

    /** Normalises bytes (N, 3, H, W). */
    static Tensor normalised(Tensor bytes) {
        try (Normalisation normalisation = new Normalisation(MEAN, STD, new Device("cpu"))) {
            return normalisation.apply(normalisation.unit(bytes));
        }
    }

    /** Labels of golden files, where 255 is ignored, as ours. */
    static Tensor labels(Tensor bytes) {
        Tensor wide = bytes.to(ScalarType.Short);
        return wide.masked_fill(wide.eq(new Scalar(IGNORED_BYTE)), new Scalar(-1L));
    }

    static Batch batch(Tensor images, Tensor labels) {
        int[] numbers = IntStream.range(0, (int) images.size(0)).toArray();
        return new Batch(0, 0, 0, numbers, numbers, images, Optional.of(labels));
    }

    /** Every {@code step}th value along the last two axes. */
    static Tensor every(Tensor maps, int step) {
        long[] kept = IntStream.range(0, (int) maps.size(2) / step)
                .mapToLong(i -> (long) i * step)
                .toArray();
        Tensor rows = Tensors.ofLongs(kept, kept.length);
        return maps.index_select(2, rows).index_select(3, rows);
    }
}

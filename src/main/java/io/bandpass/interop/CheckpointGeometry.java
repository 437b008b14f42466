package io.bandpass.interop;

import io.bandpass.config.ConfigException;
import io.bandpass.format.WeightsException;
import io.bandpass.interop.CheckpointNaming.Parts;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.bytedeco.pytorch.Tensor;

/**
 * The geometry of an encoder, inferred from its tensors, the settings stored with them, and flags.
 *
 * @param settings keys below {@code encoder.} and their values in YAML
 * @param imageSize size of the images that the tensors were trained on
 * @param notices assumptions that were made
 */
public record CheckpointGeometry(Map<String, String> settings, int imageSize, List<String> notices) {
    /**
     * Flags that supply what files do not record.
     *
     * @param imageSize requested image size
     * @param heads attention heads of a ViT
     * @param withoutPositions whether a ViT has no positions at all
     * @param usualImageSize assumed where neither the file nor a flag says it
     */
    public record Asked(OptionalInt imageSize, OptionalInt heads, boolean withoutPositions, int usualImageSize) {
        public Asked(OptionalInt imageSize, OptionalInt heads, boolean withoutPositions) {
            this(imageSize, heads, withoutPositions, USUAL_IMAGE_SIZE);
        }

        public Asked(OptionalInt imageSize, OptionalInt heads) {
            this(imageSize, heads, false);
        }
    }

    /** Assumed for encoders of classifiers. */
    static final int USUAL_IMAGE_SIZE = 224;

    /** No encoder needs a larger one, and a file must not determine how much memory masks take. */
    private static final int LARGEST_IMAGE = 8192;

    /**
     * Infers a geometry.
     *
     * @param isSinCos whether positions (1, 1 + L, C) are the fixed ones
     * @throws WeightsException if the tensors do not fit together
     * @throws ConfigException if a flag is required, or contradicts the file
     */
    public static CheckpointGeometry of(
            String source, Parts parts, CheckpointSettings stored, Asked asked, Predicate<Tensor> isSinCos) {
        TensorShapes shapes = TensorShapes.of(source, parts.encoder());
        Tensor positions = parts.encoder().get("pos_embed");
        boolean sinCos = parts.family() == CheckpointNaming.Family.VIT
                && positions != null
                && Tensors.shape(positions).length == 3
                && isSinCos.test(positions);
        Tensor decoder = parts.decoder().get("decoder.0.weight");
        int decoderStride = decoder == null || decoder.dim() != 4 ? 0 : TensorShapes.root(decoder.size(0) / 3);
        CheckpointGeometry geometry = of(shapes, parts.family(), stored, asked, sinCos, decoderStride);
        if (parts.momentumContrast() && parts.family() == CheckpointNaming.Family.VIT) {
            VitGeometry.refuseUnsureHeads(geometry.settings(), asked);
        }
        return geometry;
    }

    static CheckpointGeometry of(
            TensorShapes shapes,
            CheckpointNaming.Family family,
            CheckpointSettings stored,
            Asked asked,
            boolean sinCos,
            int decoderStride) {
        Inference inference = new Inference(shapes, stored, asked);
        switch (family) {
            case VIT -> VitGeometry.infer(inference, sinCos);
            case SWIN -> SwinGeometry.infer(inference);
            case RESNET -> ResNetGeometry.infer(inference, decoderStride);
            case CONVNEXT -> ConvNeXtGeometry.infer(inference);
        }
        shapes.checkWhole();
        if (family == CheckpointNaming.Family.VIT) {
            VitGeometry.refuseHiddenPositions(inference);
        }
        inference.set("type", family.type());
        inference.set("image-size", inference.imageSize);
        return new CheckpointGeometry(
                new LinkedHashMap<>(inference.settings), inference.imageSize, List.copyOf(inference.notices));
    }

    /** A geometry under construction. */
    static final class Inference {
        final TensorShapes shapes;
        final CheckpointSettings stored;
        final Asked asked;
        private final Map<String, String> settings = new LinkedHashMap<>();
        private final List<String> notices = new ArrayList<>();
        private int imageSize;

        Inference(TensorShapes shapes, CheckpointSettings stored, Asked asked) {
            this.shapes = shapes;
            this.stored = stored;
            this.asked = asked;
        }

        void set(String key, Object value) {
            settings.put(key, String.valueOf(value));
        }

        void notice(String sentence) {
            notices.add(sentence);
        }

        int imageSize() {
            return imageSize;
        }

        /** Sets an image size that follows from a tensor. */
        void imageSize(long size) {
            if (size < 1 || size > LARGEST_IMAGE) {
                throw shapes.refusal(
                        " was made for images of " + size + " px, but at most " + LARGEST_IMAGE + " px can be used");
            }
            imageSize = (int) size;
        }

        /** Sets the image size if no tensor depends on it: the stored, else the requested, else the usual one. */
        void imageSizeFromSettings(long stride) {
            if (stride > LARGEST_IMAGE) {
                throw shapes.refusal(" makes one cell of " + stride + " px along each edge, but at most "
                        + LARGEST_IMAGE + " px can be used");
            }
            OptionalInt size = stored.count("DATA.IMG_SIZE");
            if (size.isEmpty()) {
                size = stored.count("input_size");
            }
            if (size.isPresent()) {
                imageSize(size.getAsInt());
            } else if (asked.imageSize().isPresent()) {
                imageSize(asked.imageSize().getAsInt());
            } else {
                int usual = asked.usualImageSize();
                imageSize(usual % stride == 0 ? usual : stride * (usual / stride + 1));
                notice("the file does not say for which image size it was trained; " + imageSize
                        + " px is assumed, `image-size` names another");
            }
        }

        void dropPath() {
            double rate = stored.number("MODEL.DROP_PATH_RATE").orElse(0);
            if (rate > 0 && rate < 1) {
                set("drop-path", rate);
            }
        }
    }
}

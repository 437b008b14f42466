package io.bandpass.interop;

import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.config.VisionTransformerConfig.Positions;
import io.bandpass.config.VisionTransformerConfig.RelativePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Constructor calls of the timm 1.0 classes that load an encoder's weights. */
final class TimmClass {
    private static final int RESNET_STEM = 64;
    private static final int STAGES = 4;

    private TimmClass() {}

    /**
     * Returns the call in Python.
     *
     * @param meanPooling whether the weights have a norm after the mean of the patches instead of the final one
     * @return empty if timm has no class of this geometry
     */
    static Optional<String> call(EncoderConfig config, boolean meanPooling) {
        if (config instanceof VisionTransformerConfig vit) {
            return vit.relativePosition() == RelativePosition.NONE
                    ? vit(vit, meanPooling)
                    : Optional.of(beit(vit, meanPooling));
        }
        if (config instanceof SwinTransformerConfig swin) {
            return swin(swin);
        }
        if (config instanceof ConvNeXtConfig convnext) {
            return convNeXt(convnext);
        }
        return config instanceof ResNetConfig resnet ? resNet(resnet) : Optional.empty();
    }

    private static String transformer(VisionTransformerConfig vit) {
        String layerScale = vit.layerScale() > 0 ? ", init_values=" + vit.layerScale() : "";
        return String.format(
                Locale.ROOT,
                "img_size=%d, patch_size=%d, embed_dim=%d, depth=%d, num_heads=%d, mlp_ratio=%s, qkv_bias=%s%s, num_classes=0",
                vit.imageSize(),
                vit.patchSize(),
                vit.width(),
                vit.depth(),
                vit.heads(),
                vit.mlpRatio(),
                python(vit.qkvBias()),
                layerScale);
    }

    private static String python(boolean value) {
        return value ? "True" : "False";
    }

    private static Optional<String> vit(VisionTransformerConfig vit, boolean meanPooling) {
        String positions = vit.positions() == Positions.NONE ? ", pos_embed='none'" : "";
        return Optional.of("timm.models.vision_transformer.VisionTransformer(" + transformer(vit) + positions
                + (meanPooling ? ", global_pool='avg'" : "") + ")");
    }

    private static String beit(VisionTransformerConfig vit, boolean meanPooling) {
        return "timm.models.beit.Beit(" + transformer(vit) + ", use_abs_pos_emb="
                + python(vit.positions() != Positions.NONE) + ", use_rel_pos_bias="
                + python(vit.relativePosition() == RelativePosition.PER_BLOCK) + ", use_shared_rel_pos_bias="
                + python(vit.relativePosition() == RelativePosition.SHARED) + ", global_pool='"
                + (meanPooling ? "avg" : "token")
                + "')";
    }

    private static Optional<String> swin(SwinTransformerConfig swin) {
        if (swin.positions() != SwinTransformerConfig.Positions.NONE) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "timm.models.swin_transformer.SwinTransformer(img_size=%d, patch_size=%d, embed_dim=%d, depths=%s,"
                        + " num_heads=%s, window_size=%d, mlp_ratio=%s, qkv_bias=%s, num_classes=0)",
                swin.imageSize(),
                swin.patchSize(),
                swin.stemWidth(),
                tuple(swin.depths()),
                tuple(swin.heads()),
                swin.window(),
                swin.mlpRatio(),
                python(swin.qkvBias())));
    }

    private static Optional<String> convNeXt(ConvNeXtConfig config) {
        // With a stem of stride 2, timm also halves the map before its first stage, which is another model.
        if (config.depths().size() != STAGES || config.stemPatch() == 2) {
            return Optional.empty();
        }
        return Optional.of("timm.models.convnext.ConvNeXt(depths=" + tuple(config.depths()) + ", dims="
                + tuple(config.widths()) + ", patch_size=" + config.stemPatch() + ", ls_init_value="
                + (config.layerScale() > 0 ? config.layerScale() : "None") + ", num_classes=0)");
    }

    /** timm's stem has 64 channels, and its bottlenecks have a quarter of the width of their stage. */
    private static Optional<String> resNet(ResNetConfig config) {
        boolean usualStem = config.stemWidth() == RESNET_STEM
                && config.stemKernel() == 7
                && config.stemStride() == 2
                && config.maxPool();
        if (!usualStem || config.stages().size() != STAGES) {
            return Optional.empty();
        }
        boolean basic = config.block() == ResNetConfig.Block.BASIC;
        List<Integer> planes = new ArrayList<>();
        for (int stage = 0; stage < STAGES; stage++) {
            int width = config.widths().get(stage);
            if (!basic && config.bottleneckWidths().get(stage) * 4 != width) {
                return Optional.empty();
            }
            planes.add(basic ? width : width / 4);
        }
        return Optional.of("timm.models.resnet.ResNet(timm.models.resnet." + (basic ? "BasicBlock" : "Bottleneck")
                + ", layers=" + tuple(config.stages()) + ", channels=" + tuple(planes) + ", num_classes=0)");
    }

    private static String tuple(List<Integer> values) {
        return values.stream()
                .map(String::valueOf)
                .collect(Collectors.joining(", ", "(", values.size() == 1 ? ",)" : ")"));
    }
}

package io.bandpass.testing;

import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;
import java.util.List;

/** An encoder of each family for images of 16 px, with drop path and running statistics where the family has them. */
public final class SmallEncoders {
    private SmallEncoders() {}

    public static VisionTransformerConfig vit(int depth) {
        return new VisionTransformerConfig(
                16, 4, 32, depth, 4, 4, VisionTransformerConfig.Positions.LEARNED, true, 0.1, 0.4);
    }

    /** A ViT with shared relative positions and no absolute ones. */
    public static VisionTransformerConfig relativeVit() {
        return new VisionTransformerConfig(
                16,
                4,
                32,
                3,
                4,
                4,
                VisionTransformerConfig.Positions.NONE,
                VisionTransformerConfig.RelativePosition.SHARED,
                true,
                0.1,
                0.4);
    }

    public static ResNetConfig resnet() {
        return new ResNetConfig(
                16, ResNetConfig.Block.BASIC, List.of(1, 2), List.of(16, 32), List.of(), 16, 3, 1, true);
    }

    public static SwinTransformerConfig swin() {
        return new SwinTransformerConfig(
                16, 2, 16, List.of(2, 2), List.of(2, 4), 2, 4, true, SwinTransformerConfig.Positions.LEARNED, 0.4);
    }

    public static ConvNeXtConfig convNeXt() {
        return new ConvNeXtConfig(16, 2, List.of(1, 2), List.of(16, 32), 0.1, 0.4);
    }
}

package io.bandpass.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Multiply-adds of a forward pass, against figures from elsewhere and sums by hand. */
final class MultiplyAddsTest {
    private static EncoderConfig encoder(String recipe, String... settings) {
        ConfigBuilder<PretrainingConfig> builder = Recipes.load(recipe);
        List.of(settings).forEach(builder::set);
        return builder.build().encoder();
    }

    @Test
    void aVitBaseHasThoseOfTheLiterature() {
        // torchvision states 17.564e9 for vit_b_16 with its head of 768 * 1000.
        assertThat(encoder("vit-base").multiplyAddsPerImage()).isEqualTo(17_563_060_224L);
    }

    @Test
    void aResNet50HasThoseOfTheLiterature() {
        // fvcore counts 4,089,184,256 for torchvision's resnet50, of which its head has 2048 * 1000.
        assertThat(encoder("resnet50").multiplyAddsPerImage()).isEqualTo(4_089_184_256L - 2_048_000);
    }

    @Test
    void aSwinTinyHasThoseOfTheLiterature() {
        // torchvision states 4.491e9 for swin_t with its head of 768 * 1000.
        assertThat(encoder("swin-tiny").multiplyAddsPerImage()).isEqualTo(4_489_798_656L);
    }

    @Test
    void aConvNeXtTinyHasThoseOfTheLiterature() {
        // torchvision states 4.456e9 for convnext_tiny with its head of 768 * 1000.
        assertThat(encoder("convnext-tiny").multiplyAddsPerImage()).isEqualTo(4_454_763_264L);
    }

    @Test
    void aSwinIsSummedByHand() {
        EncoderConfig encoder = new SwinTransformerConfig(
                32, 4, 8, List.of(1, 2), List.of(2, 4), 4, 2, true, SwinTransformerConfig.Positions.LEARNED, 0);
        double patches = 64 * (3 * 4 * 4 * 8);
        double first = 64 * (8 * 24 + 8 * 8 + 2 * 8 * 16) + 2 * 64 * 16 * 8;
        double merging = 16 * (32 * 16);
        double second = 16 * (16 * 48 + 16 * 16 + 2 * 16 * 32) + 2 * 16 * 16 * 16;
        assertThat(encoder.multiplyAddsPerImage()).isEqualTo(patches + first + merging + 2 * second);
    }

    @Test
    void aConvNeXtIsSummedByHand() {
        EncoderConfig encoder = new ConvNeXtConfig(16, 2, List.of(1, 2), List.of(8, 12), 0, 0);
        double stem = 64 * (3 * 2 * 2 * 8);
        double first = 64 * (7 * 7 * 8 + 2 * 8 * 32);
        double between = 16 * (2 * 2 * 8 * 12);
        double second = 16 * (7 * 7 * 12 + 2 * 12 * 48);
        assertThat(encoder.multiplyAddsPerImage()).isEqualTo(stem + first + between + 2 * second);
    }

    @Test
    void aResNetOfBasicBlocksIsSummedByHand() {
        EncoderConfig encoder = encoder(
                "quick-resnet",
                "encoder.image-size=8",
                "encoder.stages=[1, 2]",
                "encoder.widths=[4, 6]",
                "encoder.stem-width=2",
                "encoder.stem-kernel=3");
        double stem = 8 * 8 * 9 * 3 * 2;
        double first = 8 * 8 * (9 * 2 * 4 + 9 * 4 * 4 + 2 * 4);
        double second = 4 * 4 * (9 * 4 * 6 + 9 * 6 * 6 + 4 * 6);
        double third = 4 * 4 * (9 * 6 * 6 + 9 * 6 * 6);
        assertThat(encoder.multiplyAddsPerImage()).isEqualTo(stem + first + second + third);
    }

    @Test
    void aVitIsSummedByHand() {
        EncoderConfig encoder = encoder(
                "quick-vit",
                "encoder.image-size=8",
                "encoder.patch-size=4",
                "encoder.width=8",
                "encoder.depth=3",
                "encoder.heads=2",
                "encoder.mlp-ratio=2");
        double patches = 4 * (3 * 4 * 4 * 8);
        double qkvAndProjection = 5 * (8 * 24 + 8 * 8);
        double logitsAndMixing = 2 * 5 * 5 * 8;
        double mlp = 5 * (8 * 16 + 16 * 8);
        assertThat(encoder.multiplyAddsPerImage()).isEqualTo(patches + 3 * (qkvAndProjection + logitsAndMixing + mlp));
    }

    @Test
    void theDecoderIsOneConvolution() {
        // ViT-B/16: 14 * 14 cells, each from 768 channels to 3 * 16 * 16 values.
        double decoder = new DecoderConfig(DecoderConfig.Type.PIXEL_SHUFFLE).multiplyAddsPerImage(encoder("vit-base"));
        assertThat(decoder).isEqualTo(14 * 14 * 768 * 768);
    }

    @Test
    void theLightViTDecoderIsSummedByHand() {
        var vit = new VisionTransformerConfig(8, 4, 12, 1, 2, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, 0);
        double embedding = 5 * 12 * 8;
        double blocks = 3 * (5 * (8 * 24 + 8 * 8 + 2 * 8 * 32) + 2 * 5 * 5 * 8);
        double pixels = 4 * 8 * (3 * 4 * 4);
        assertThat(new DecoderConfig(DecoderConfig.Type.VIT, 8, 3, 2).multiplyAddsPerImage(vit))
                .isEqualTo(embedding + blocks + pixels);
    }

    /** He et al. state a quarter of the tokens in the encoder, and a decoder with less than a tenth of the work per token. */
    @Test
    void aMaskedAutoencoderEncodesWhatItSees() {
        PretrainingConfig mae = Recipes.load("vit-base-mae").build();
        var vit = (VisionTransformerConfig) mae.encoder();
        double perBlock = 50L * 768 * (4 * 768 + 8 * 768) + 2 * 50 * 50 * 768;
        double encoder = 196L * 768 * 768 + 12 * perBlock;
        double decoderBlock = 197L * 512 * (4 * 512 + 8 * 512) + 2 * 197 * 197 * 512;
        double decoder = 50L * 768 * 512 + 8 * decoderBlock + 196L * 512 * 768;
        assertThat(mae.task().multiplyAddsPerImage(vit, mae.decoder())).isEqualTo(encoder + decoder);
        assertThat(mae.task().activationBytesPerImage(vit, mae.decoder()))
                .isLessThan(vit.activationBytesPerImage() + mae.decoder().activationBytesPerImage(vit));
    }
}

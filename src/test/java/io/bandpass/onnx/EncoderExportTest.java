package io.bandpass.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.config.VisionTransformerConfig.Positions;
import io.bandpass.config.VisionTransformerConfig.RelativePosition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX Runtime computes from an exported encoder what the encoder does, for every family and its options. */
final class EncoderExportTest {
    private static final double CLOSE = 1e-4;

    @TempDir
    private Path folder;

    private static EncoderConfig vit(
            Positions positions, RelativePosition relative, boolean qkvBias, double layerScale) {
        return new VisionTransformerConfig(16, 4, 32, 2, 4, 2, positions, relative, qkvBias, layerScale, 0.1);
    }

    private static EncoderConfig resnet(int stemKernel, int stemStride, boolean maxPool) {
        return new ResNetConfig(
                16,
                ResNetConfig.Block.BASIC,
                List.of(1, 2),
                List.of(8, 16),
                List.of(),
                8,
                stemKernel,
                stemStride,
                maxPool);
    }

    private static EncoderConfig swin(int window, boolean qkvBias, SwinTransformerConfig.Positions positions) {
        return new SwinTransformerConfig(
                16, 2, 8, List.of(2, 2, 1), List.of(2, 2, 4), window, 2, qkvBias, positions, 0.1);
    }

    static Stream<Arguments> encoders() {
        return Stream.of(
                Arguments.of("vit, learned", vit(Positions.LEARNED, RelativePosition.NONE, true, 0)),
                Arguments.of("vit, sin-cos, layer scale", vit(Positions.SIN_COS, RelativePosition.NONE, true, 0.1)),
                Arguments.of("vit, no bias", vit(Positions.LEARNED, RelativePosition.NONE, false, 0)),
                Arguments.of("vit, per block", vit(Positions.NONE, RelativePosition.PER_BLOCK, true, 0.1)),
                Arguments.of("vit, shared", vit(Positions.LEARNED, RelativePosition.SHARED, true, 0)),
                Arguments.of("vit, shared, no bias", vit(Positions.NONE, RelativePosition.SHARED, false, 0.1)),
                Arguments.of("resnet, basic", resnet(3, 1, false)),
                Arguments.of("resnet, large stem", resnet(7, 2, true)),
                Arguments.of(
                        "resnet, bottleneck",
                        new ResNetConfig(
                                16,
                                ResNetConfig.Block.BOTTLENECK,
                                List.of(2, 1),
                                List.of(16, 32),
                                List.of(4, 8),
                                8,
                                3,
                                1,
                                true)),
                // Maps of 8, 4 and 2 cells: shifted windows, windows of the size of the map, and a smaller map.
                Arguments.of("swin, window 4", swin(4, true, SwinTransformerConfig.Positions.NONE)),
                Arguments.of("swin, window 2", swin(2, true, SwinTransformerConfig.Positions.LEARNED)),
                Arguments.of("swin, no bias", swin(4, false, SwinTransformerConfig.Positions.NONE)),
                Arguments.of("convnext", new ConvNeXtConfig(16, 2, List.of(1, 2), List.of(8, 16), 0, 0)),
                Arguments.of(
                        "convnext, layer scale", new ConvNeXtConfig(24, 4, List.of(2, 1), List.of(8, 24), 0.1, 0.1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("encoders")
    void equalsItsModel(String name, EncoderConfig config) throws IOException {
        Path weights = ModelFiles.encoder(folder.resolve("encoder.safetensors"), config);
        Path out = folder.resolve("encoder.onnx");
        for (OnnxOptions options : ModelFiles.OPTIONS) {
            OnnxExport.Verification verification =
                    OnnxExport.write(weights, out, options, true).verification().orElseThrow();
            assertThat(verification.largestDifference()).isPositive().isLessThan(CLOSE);
        }
    }
}

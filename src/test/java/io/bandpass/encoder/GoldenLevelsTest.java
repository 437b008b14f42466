package io.bandpass.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.EncoderConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.format.TensorFile;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Normalisation;
import io.bandpass.testing.Golden;
import io.bandpass.testing.GoldenState;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Feature maps between the blocks are those of other programs: the residual stream of a ViT after each block, the stages of
 * a ResNet, also of images whose edges its stride does not divide, and the first two stages of a Swin Transformer.
 */
final class GoldenLevelsTest {
    static Stream<Arguments> levels() {
        EncoderConfig vit =
                new VisionTransformerConfig(64, 8, 48, 4, 4, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, 0);
        EncoderConfig resnet = new ResNetConfig(
                64, ResNetConfig.Block.BASIC, List.of(2, 2, 2, 2), List.of(8, 16, 24, 32), List.of(), 8, 7, 2, true);
        EncoderConfig swin = new SwinTransformerConfig(
                64, 4, 6, List.of(2, 2), List.of(1, 2), 4, 4, true, SwinTransformerConfig.Positions.NONE, 0);
        return Stream.of(
                Arguments.of(vit, "vit.state.encoder.", "vit.img_u8", "vit.block"),
                Arguments.of(resnet, "resnet.state.encoder.", "resnet.img_u8", "resnet.level"),
                Arguments.of(resnet, "resnet.state.encoder.", "resnet.odd_img_u8", "resnet.odd_level"),
                Arguments.of(swin, "swin.state.", "swin.img_u8", "swin.stage"));
    }

    @ParameterizedTest
    @MethodSource("levels")
    void theyAreThoseOfOtherPrograms(EncoderConfig config, String state, String images, String level) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                TensorFile golden = Golden.tensors("levels");
                Normalisation normalisation = new Normalisation(
                        List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225), new Device("cpu"));
                Encoder encoder = Encoders.create(config, 0)) {
            // The final norm belongs to no level, and the count of batches to no output.
            List<NamedTensor> read = encoder.state().stream()
                    .filter(tensor ->
                            !tensor.name().startsWith("norm.") && !tensor.name().endsWith("num_batches_tracked"))
                    .toList();
            GoldenState.load(read, golden, state);
            encoder.setTraining(false);
            int count = encoder.levels().size();
            List<Tensor> maps = encoder.intermediates(
                    normalisation.apply(normalisation.unit(golden.get(images))),
                    IntStream.range(0, count).boxed().toList());
            assertThat(golden.names()).contains(level + (count - 1));
            for (int i = 0; i < count; i++) {
                Tensor expected = golden.get(level + i);
                assertThat(Golden.largestDifference(maps.get(i), expected))
                        .as(level + i)
                        .isLessThan(1e-5 * Math.max(1, Golden.largest(expected)));
            }
        }
    }
}

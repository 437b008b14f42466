package io.bandpass.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.EncoderConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.testing.SmallEncoders;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Precision;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A loss of several feature maps trains the encoder alike with and without activation checkpointing. */
final class IntermediatesTest {
    static Stream<Arguments> encodersAndLevels() {
        EncoderConfig vit = SmallEncoders.vit(4);
        return Stream.of(
                Arguments.of(vit, List.of(0, 1, 2, 3)),
                Arguments.of(vit, List.of(1, 3)),
                Arguments.of(vit, List.of(0, 2)),
                Arguments.of(SmallEncoders.relativeVit(), List.of(0, 2)),
                Arguments.of(SmallEncoders.resnet(), List.of(0, 1)),
                Arguments.of(SmallEncoders.swin(), List.of(0, 1)),
                Arguments.of(SmallEncoders.convNeXt(), List.of(0, 1)),
                Arguments.of(SmallEncoders.convNeXt(), List.of(0)));
    }

    @ParameterizedTest
    @MethodSource("encodersAndLevels")
    void activationCheckpointingChangesNothing(EncoderConfig config, List<Integer> levels) {
        for (Precision precision : Precision.values()) {
            Map<String, List<Float>> recomputed = step(config, levels, precision, true);
            Map<String, List<Float>> kept = step(config, levels, precision, false);
            if (!(config instanceof VisionTransformerConfig)) {
                assertThat(recomputed).isEqualTo(kept);
                continue;
            }
            // The gradient of the residual stream after a block is a sum of three terms: from the map that is read
            // there, from the shortcut of the next block, and from its norm. Which two are added first differs, and
            // so does the last bit.
            assertThat(recomputed.keySet()).isEqualTo(kept.keySet());
            double tolerance = precision == Precision.FP32 ? 1e-5 : 3e-2;
            kept.forEach((name, values) -> assertThat(
                            largestDifference(Objects.requireNonNull(recomputed.get(name)), values))
                    .as(name)
                    .isLessThan(tolerance * largest(values)));
        }
    }

    @ParameterizedTest
    @MethodSource("encodersAndLevels")
    void nothingBehindTheLastLevelIsTrained(EncoderConfig config, List<Integer> levels) {
        Map<String, List<Float>> found = step(config, levels, Precision.FP32, false);
        try (Encoder encoder = Encoders.create(config, 1)) {
            int last = levels.get(levels.size() - 1);
            boolean all = last == encoder.levels().size() - 1;
            assertThat(found.keySet()).anyMatch(name -> name.startsWith("gradient of "));
            for (Parameter parameter : encoder.parameters()) {
                boolean isBehind = (parameter.depth() == encoder.depth()
                                && !parameter.name().startsWith("rel_pos_bias"))
                        || (!all && isBehind(config, parameter.name(), last));
                assertThat(found.containsKey("gradient of " + parameter.name()))
                        .as(parameter.name())
                        .isEqualTo(!isBehind);
            }
        }
    }

    /** A head may read several levels and use fewer of them: the blocks behind the last used one have no gradient. */
    @ParameterizedTest
    @MethodSource("encodersAndLevels")
    void levelsThatTheLossDoesNotUseAreSkipped(EncoderConfig config, List<Integer> levels) {
        UnaryOperator<List<Tensor>> first = maps -> maps.subList(0, 1);
        Map<String, List<Float>> recomputed = step(config, levels, Precision.FP32, true, first);
        Map<String, List<Float>> kept = step(config, levels, Precision.FP32, false, first);
        assertThat(recomputed).isEqualTo(kept);
        assertThat(kept.keySet()).anyMatch(name -> name.startsWith("gradient of "));
    }

    private static boolean isBehind(EncoderConfig config, String name, int level) {
        String later = config instanceof VisionTransformerConfig ? "blocks." : "stages.";
        return name.startsWith(later + (level + 1) + ".");
    }

    private static Map<String, List<Float>> step(
            EncoderConfig config, List<Integer> levels, Precision precision, boolean checkpointing) {
        return step(config, levels, precision, checkpointing, UnaryOperator.identity());
    }

    /**
     * Loss, gradients and buffers of a step that reads all these levels.
     *
     * @param used selects the maps that the loss depends on
     */
    private static Map<String, List<Float>> step(
            EncoderConfig config,
            List<Integer> levels,
            Precision precision,
            boolean checkpointing,
            UnaryOperator<List<Tensor>> used) {
        Map<String, List<Float>> found = new LinkedHashMap<>();
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(config, 1)) {
            torch.manual_seed(11);
            Tensor images = torch.randn(4, 3, 16, 16);
            ForwardPass pass = new ForwardPass(encoder, new Compute(new Device("cpu"), precision), checkpointing);
            double loss = pass.forwardBackward(
                    () -> pass.forward(
                            encoder.intermediateBlocks(levels, 16, 16), images, maps -> loss(used.apply(maps))),
                    new StepTimer());
            found.put("loss", List.of((float) loss));
            for (Parameter parameter : encoder.parameters()) {
                Tensor gradient = parameter.tensor().grad();
                if (gradient.defined()) {
                    found.put("gradient of " + parameter.name(), values(gradient));
                }
            }
            for (NamedTensor buffer : encoder.buffers()) {
                found.put(buffer.name(), values(buffer.tensor()));
            }
        }
        return found;
    }

    /** Of a convolution of each map, as the heads that take several maps begin with one. */
    private static Tensor loss(List<Tensor> maps) {
        Tensor sum = Tensors.zeros(ScalarType.Float, 1);
        for (int i = 0; i < maps.size(); i++) {
            torch.manual_seed(20 + i);
            Tensor weight = torch.randn(8, maps.get(i).size(1), 1, 1);
            sum = sum.add(torch.conv2d(maps.get(i), weight)
                    .to(ScalarType.Float)
                    .square()
                    .mean());
        }
        return sum;
    }

    private static double largestDifference(List<Float> some, List<Float> others) {
        double largest = 0;
        for (int i = 0; i < others.size(); i++) {
            largest = Math.max(largest, Math.abs(some.get(i) - others.get(i)));
        }
        return largest;
    }

    private static double largest(List<Float> values) {
        return values.stream().mapToDouble(Math::abs).max().orElseThrow();
    }

    private static List<Float> values(Tensor tensor) {
        List<Float> values = new ArrayList<>();
        for (float value : Tensors.toFloats(tensor)) {
            values.add(value);
        }
        return values;
    }
}

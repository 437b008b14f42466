package io.bandpass.pretext;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.EncoderConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.pretext.PretextTask.MicroBatch;
import io.bandpass.task.TrainingTask.BatchTotals;
import io.bandpass.testing.Configs;
import io.bandpass.testing.SmallEncoders;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Precision;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Activations that are computed again give the same loss, gradients and running statistics, to the last bit. */
final class ActivationCheckpointingTest {
    static Stream<EncoderConfig> encoders() {
        return Stream.of(
                SmallEncoders.vit(3),
                SmallEncoders.resnet(),
                SmallEncoders.relativeVit(),
                SmallEncoders.swin(),
                SmallEncoders.convNeXt());
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void nothingDiffersInFloat32(EncoderConfig encoder) {
        assertThat(step(encoder, Precision.FP32, true)).isEqualTo(step(encoder, Precision.FP32, false));
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void nothingDiffersInBf16(EncoderConfig encoder) {
        assertThat(step(encoder, Precision.BF16, true)).isEqualTo(step(encoder, Precision.BF16, false));
    }

    static Stream<Arguments> tasks() {
        String mae = "{type: mae, mask-ratio: 0.5}";
        String simMim = "{type: simmim, block-size: 4}";
        return Stream.of(
                Arguments.of(simMim, "pixel-shuffle", SmallEncoders.vit(3)),
                Arguments.of(simMim, "vit", SmallEncoders.resnet()),
                Arguments.of(mae, "vit", SmallEncoders.vit(3)),
                Arguments.of("{type: mfm}", "vit", SmallEncoders.vit(3)));
    }

    /** What is trained beside encoder and decoder gets its gradient from the second computation. */
    @ParameterizedTest
    @MethodSource("tasks")
    void nothingDiffersInOtherTasks(String task, String decoder, EncoderConfig encoder) {
        PretrainingConfig config = Configs.with(
                Configs.run(encoder, 3),
                "decoder={type: " + decoder + ", width: 16, depth: 2, heads: 2}",
                "task=" + task);
        for (Precision precision : Precision.values()) {
            assertThat(step(config, precision, true)).isEqualTo(step(config, precision, false));
        }
    }

    @Test
    void theBackwardPassOfTheLossEndsBeforeTheEncoder() {
        try (PointerScope scope = new PointerScope();
                MaskedFrequencyModel model = model(SmallEncoders.vit(3), Precision.FP32, true)) {
            loss(model).backward();
            assertThat(model.parameters().stream()
                            .filter(parameter -> parameter.tensor().grad().defined()))
                    .isNotEmpty()
                    .allMatch(parameter -> parameter.name().startsWith("decoder."));
        }
    }

    private static MaskedFrequencyModel model(EncoderConfig encoder, Precision precision, boolean checkpointing) {
        PretrainingConfig config =
                Configs.with(Configs.run(encoder, 3), "train.activation-checkpointing=" + checkpointing);
        return new MaskedFrequencyModel(config, new Compute(new Device("cpu"), precision));
    }

    private static Tensor loss(MaskedFrequencyModel model) {
        MicroBatch part = model.microBatch(images(), new boolean[] {true, false, true, false});
        return part.loss(BatchTotals.of(List.of(part)), new StepTimer());
    }

    private static Tensor images() {
        torch.manual_seed(11);
        return torch.randint(0, 256, new long[] {4, 3, 16, 16}).to(ScalarType.Byte);
    }

    private static Map<String, List<Float>> step(EncoderConfig encoder, Precision precision, boolean checkpointing) {
        return step(Configs.run(encoder, 3), precision, checkpointing);
    }

    /** Loss, gradients and buffers of a step. */
    private static Map<String, List<Float>> step(PretrainingConfig run, Precision precision, boolean checkpointing) {
        Map<String, List<Float>> found = new LinkedHashMap<>();
        PretrainingConfig config = Configs.with(run, "train.activation-checkpointing=" + checkpointing);
        try (PointerScope scope = new PointerScope();
                PretextTask model = PretextTasks.create(config, new Compute(new Device("cpu"), precision))) {
            MicroBatch part = model.microBatch(images(), 0, new int[] {0, 1, 2, 3});
            double loss = model.forwardBackward(part, BatchTotals.of(List.of(part)), new StepTimer());
            found.put("loss", List.of((float) loss));
            for (Parameter parameter : model.parameters()) {
                found.put(
                        "gradient of " + parameter.name(),
                        values(parameter.tensor().grad()));
            }
            for (NamedTensor buffer : model.buffers()) {
                found.put(buffer.name(), values(buffer.tensor()));
            }
        }
        return found;
    }

    private static List<Float> values(Tensor tensor) {
        List<Float> values = new ArrayList<>();
        for (float value : Tensors.toFloats(tensor)) {
            values.add(value);
        }
        return values;
    }
}

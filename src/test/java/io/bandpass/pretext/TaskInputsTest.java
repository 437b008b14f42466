package io.bandpass.pretext;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.MaeConfig;
import io.bandpass.config.MaskConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.RestorationConfig;
import io.bandpass.config.SimMimConfig;
import io.bandpass.config.TaskConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.pretext.PretextTask.MicroBatch;
import io.bandpass.task.TrainingTask.BatchTotals;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Compute;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is shown of a task without an encoder is what the encoder of the task gets. */
final class TaskInputsTest {
    private static final int SIZE = 16;
    private static final int[] INDICES = {7, 3, 12, 0};

    private final Device cpu = new Device("cpu");

    private static PretrainingConfig config(String... settings) {
        VisionTransformerConfig vit = new VisionTransformerConfig(
                SIZE, 4, 16, 1, 2, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, 0);
        return Configs.with(Configs.run(vit, 3), settings);
    }

    private static Tensor bytes() {
        return torch.randint(0, 256, new long[] {INDICES.length, 3, SIZE, SIZE}, KeyedRandom.generator(2))
                .to(ScalarType.Byte);
    }

    private static Tensor unit() {
        return Tensors.multiply(bytes().to(ScalarType.Float), 1 / 255.0);
    }

    private Degradation of(PretrainingConfig config) {
        TaskConfig task = config.task();
        long seed = config.train().seed();
        List<Double> mean = config.data().mean();
        if (task instanceof SimMimConfig simMim) {
            return TaskInputs.simMim(simMim, SIZE, mean, seed, cpu);
        }
        return task instanceof MaeConfig mae
                ? TaskInputs.maskedPatches(mae, config.encoder(), mean, seed, cpu)
                : TaskInputs.restoration((RestorationConfig) task, SIZE, seed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "task={type: super-resolution, factor: 4}",
                "task={type: deblur, kernel-sizes: [7, 9]}",
                "task={type: denoise}",
                "task={type: denoise, poisson-probability: 0.5, grey-probability: 0.5}",
                "task={type: simmim, block-size: 4}",
                "task={type: mae}"
            })
    void inputsAndCaptionsAreThoseOfTheTask(String task) {
        PretrainingConfig config = config("decoder={type: vit, width: 8, depth: 1, heads: 2}", task);
        try (PointerScope scope = new PointerScope();
                Degradation degradation = of(config);
                PretextTask model = PretextTasks.create(config, Compute.cpu())) {
            List<MicroBatch> parts = model.pictureBatches(bytes(), INDICES);
            ReconstructedBatch expected = parts.get(0).reconstruct(BatchTotals.of(parts));
            Tensor actual = degradation.apply(unit(), 0, INDICES);
            assertThat(Golden.largestDifference(actual, expected.corrupted())).isLessThan(1e-6);
            assertThat(Golden.largestDifference(actual, unit())).isGreaterThan(0.05);
            for (int i = 0; i < INDICES.length; i++) {
                assertThat(degradation.describe(0, INDICES[i]))
                        .isEqualTo(expected.captions().get(i));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mask.clamp=true",
                "mask.clamp=false",
                "mask.shape=rhombus",
                "mask.radius-range=[2, 6]",
                "mask={shape: rcom, fractions: [0.1, 0.3]}"
            })
    void frequenciesAreMaskedAsInTrainingWhicheverAreKept(String mask) {
        PretrainingConfig config = config(mask);
        MaskConfig masks = config.mask();
        long seed = config.train().seed();
        try (PointerScope scope = new PointerScope();
                Degradation low = TaskInputs.maskedFrequencies(masks, SIZE, true, seed, cpu);
                Degradation high = TaskInputs.maskedFrequencies(masks, SIZE, false, seed, cpu);
                PretextTask model = PretextTasks.create(config, Compute.cpu())) {
            Tensor images = bytes();
            MicroBatch trained = model.microBatch(images, 2, INDICES);
            Tensor expected =
                    trained.reconstruct(BatchTotals.of(List.of(trained))).corrupted();
            double[] isLow = Tensors.toDoubles(trained.drawn().get(0).tensor());
            assertThat(isLow).contains(0, 1);
            Tensor lows = low.apply(unit(), 2, INDICES);
            Tensor highs = high.apply(unit(), 2, INDICES);
            for (int i = 0; i < isLow.length; i++) {
                Tensor actual = (isLow[i] == 1 ? lows : highs).select(0, i);
                assertThat(Golden.largestDifference(actual, expected.select(0, i)))
                        .isLessThan(1e-6);
            }
            List<MicroBatch> pictures = model.pictureBatches(images, INDICES);
            assertThat(Stream.of(low, high).map(each -> each.describe(0, 7)))
                    .containsExactlyElementsOf(pictures.stream()
                            .map(part -> part.reconstruct(BatchTotals.of(pictures))
                                    .captions()
                                    .get(0))
                            .toList());
        }
    }

    /** A masked cell has one colour, and no image depends on those beside it. */
    @Test
    void maskedCellsHaveTheGivenColourInAnyBatch() {
        try (PointerScope scope = new PointerScope();
                Degradation masked =
                        TaskInputs.simMim(new SimMimConfig(4, 0.5), SIZE, List.of(0.1, 0.2, 0.3), 1, cpu)) {
            Tensor whole = masked.apply(unit(), 0, INDICES);
            Tensor alone = masked.apply(Tensors.slice(unit(), 0, 2, 3), 0, new int[] {INDICES[2]});
            assertThat(Golden.largestDifference(alone.squeeze(0), whole.select(0, 2)))
                    .isZero();
            float[] values = Tensors.toFloats(whole.select(0, 0));
            float[] before = Tensors.toFloats(unit().select(0, 0));
            int changed = 0;
            for (int i = 0; i < values.length; i++) {
                if (values[i] != before[i]) {
                    changed++;
                    assertThat(values[i]).isEqualTo(new float[] {0.1f, 0.2f, 0.3f}[i / (SIZE * SIZE)]);
                }
            }
            assertThat(changed).isEqualTo(values.length / 2);
        }
    }
}

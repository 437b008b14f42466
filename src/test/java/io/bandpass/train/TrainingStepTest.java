package io.bandpass.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.classify.ClassificationTask;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.nn.NamedTensor;
import io.bandpass.optim.Optimizer;
import io.bandpass.optim.Optimizers;
import io.bandpass.pretext.PretextTask;
import io.bandpass.pretext.PretextTasks;
import io.bandpass.task.Batch;
import io.bandpass.task.TrainingTask;
import io.bandpass.testing.Configs;
import io.bandpass.torch.Compute;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

final class TrainingStepTest {

    private static PretrainingConfig resnet() {
        ResNetConfig encoder = new ResNetConfig(
                16, ResNetConfig.Block.BASIC, List.of(1, 1), List.of(8, 16), List.of(), 8, 3, 1, false);
        return Configs.run(encoder, 2);
    }

    private static Batch images(int count) {
        int[] indices = IntStream.range(0, count).toArray();
        torch.manual_seed(3);
        Tensor bytes =
                Tensors.multiply(torch.rand(new long[] {count, 3, 16, 16}), 255).to(ScalarType.Byte);
        return new Batch(0, 0, 0, indices, indices, bytes, Optional.of(torch.zeros(new long[] {count})));
    }

    /** Activations of 1e25 are normalised in double, so loss and gradient are finite; their variance is no float. */
    @Test
    void aStepWhoseRunningStatisticsAreNotFiniteIsLeftOut() {
        PretrainingConfig config = resnet();
        try (PointerScope scope = new PointerScope();
                PretextTask task = PretextTasks.create(config, Compute.cpu());
                Optimizer optimizer =
                        Optimizers.create(task.parameters(), config.optimizer().withLearningRate(0.1))) {
            TrainingStep step = new TrainingStep(task, optimizer, 8, 0, new StepTimer());
            assertThat(step.run(task.microBatches(images(8), 8), 0, scale -> 0.1)
                            .finite())
                    .isTrue();
            Map<String, Tensor> state = NamedTensor.byName(task.state());
            Tensor kernel = Objects.requireNonNull(state.get("encoder.conv1.weight"));
            Tensor variance = Objects.requireNonNull(state.get("encoder.bn1.running_var"));
            try (NoGradGuard guard = new NoGradGuard()) {
                kernel.mul_(new Scalar(1e25));
            }
            float[] before = Tensors.toFloats(variance);
            float[] weights = Tensors.toFloats(kernel);

            TrainingStep.Result result = step.run(task.microBatches(images(8), 8), 1, scale -> 0.1);
            assertThat(result.loss()).isFinite();
            assertThat(result.gradientNorm()).isFinite();
            assertThat(result.finite()).isFalse();
            assertThat(result.reason()).endsWith("but the running statistics of its norms are not finite");
            assertThat(Tensors.toFloats(variance)).isEqualTo(before);
            assertThat(Tensors.toFloats(kernel)).isEqualTo(weights);
        }
    }

    @Test
    void everyTaskDividesABatchIntoEqualParts() {
        PretrainingConfig config = resnet();
        try (PointerScope scope = new PointerScope();
                PretextTask task = PretextTasks.create(config, Compute.cpu());
                ClassificationTask classifier = new ClassificationTask(
                        ConfigBuilder.with(
                                ConfigBuilder.of(FinetuningConfig.class).build(), (ResNetConfig) config.encoder()),
                        2,
                        Compute.cpu())) {
            for (TrainingTask each : List.of(task, classifier)) {
                assertThat(each.microBatches(images(17), 8))
                        .extracting(TrainingTask.MicroBatch::images)
                        .containsExactly(5, 6, 6);
            }
        }
    }
}

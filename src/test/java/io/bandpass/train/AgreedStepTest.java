package io.bandpass.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.optim.Optimizer;
import io.bandpass.optim.Optimizers;
import io.bandpass.pretext.PretextTask;
import io.bandpass.pretext.PretextTasks;
import io.bandpass.task.Batch;
import io.bandpass.task.TrainingTask;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Together;
import io.bandpass.torch.Compute;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

final class AgreedStepTest {
    private static final int LOCAL = 4;

    /** A task whose loss may be NaN, though its gradients are finite. */
    private record MaybeBroken(PretextTask task, boolean broken) implements TrainingTask {
        @Override
        public double forwardBackward(MicroBatch microBatch, BatchTotals totals, StepTimer timer) {
            double loss = task.forwardBackward(microBatch, totals, timer);
            return broken ? Double.NaN : loss;
        }

        @Override
        public List<Parameter> parameters() {
            return task.parameters();
        }

        @Override
        public List<NamedTensor> state() {
            return task.state();
        }

        @Override
        public List<NamedTensor> buffers() {
            return task.buffers();
        }

        @Override
        public Device device() {
            return task.device();
        }

        @Override
        public List<? extends MicroBatch> microBatches(Batch batch, int microBatchSize) {
            return task.microBatches(batch, microBatchSize);
        }

        @Override
        public void setTraining(boolean training) {
            task.setTraining(training);
        }

        @Override
        public boolean isTraining() {
            return task.isTraining();
        }

        @Override
        public void close() {
            task.close();
        }
    }

    /** The result of a step in a process, and the whole state of its model before and after it. */
    private record After(TrainingStep.Result result, Map<String, List<Float>> before, Map<String, List<Float>> state) {}

    @Test
    void aStepThatIsNotFiniteInOneProcessIsLeftOutByAll() throws Exception {
        for (After each : steps(true)) {
            assertThat(each.result().finite()).isFalse();
            assertThat(each.result().loss()).isNaN();
            assertThat(each.result().gradientNorm()).isFinite();
            // Nothing is updated, running statistics included.
            assertThat(each.state()).isEqualTo(each.before());
        }
    }

    /** A finite step gives all processes the same result and the same weights. */
    @Test
    void aFiniteStepIsTheSameInAll() throws Exception {
        List<After> after = steps(false);
        assertThat(after.get(0).result().finite()).isTrue();
        assertThat(after.get(1).result()).isEqualTo(after.get(0).result());
        assertThat(weights(after.get(1))).isEqualTo(weights(after.get(0)));
        assertThat(after.get(0).state()).isNotEqualTo(after.get(0).before());
    }

    private static Map<String, List<Float>> weights(After after) {
        return after.state().entrySet().stream()
                .filter(entry -> !entry.getKey().contains("running_"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static List<After> steps(boolean broken) throws Exception {
        ResNetConfig encoder = new ResNetConfig(
                16, ResNetConfig.Block.BASIC, List.of(1, 1), List.of(8, 16), List.of(), 8, 3, 1, false);
        PretrainingConfig config = Configs.run(encoder, 2);
        return Together.run(2, all -> {
            try (PointerScope scope = new PointerScope();
                    PretextTask pretext = PretextTasks.create(config, Compute.cpu());
                    Optimizer optimizer = Optimizers.create(
                            pretext.parameters(), config.optimizer().withLearningRate(0.1))) {
                TrainingTask task = new MaybeBroken(pretext, broken && all.rank() == 1);
                try (TrainingStep step = new TrainingStep(task, optimizer, LOCAL, 0, new StepTimer(), all)) {
                    Map<String, List<Float>> before = state(task);
                    TrainingStep.Result result =
                            step.run(task.microBatches(images(all.rank()), LOCAL), 0, scale -> 0.1);
                    return new After(result, before, state(task));
                }
            }
        });
    }

    private static Map<String, List<Float>> state(TrainingTask task) {
        Map<String, List<Float>> state = new TreeMap<>();
        task.state().forEach(entry -> state.put(entry.name(), floats(entry.tensor())));
        return state;
    }

    private static List<Float> floats(Tensor tensor) {
        float[] values = Tensors.toFloats(tensor);
        return IntStream.range(0, values.length).mapToObj(i -> values[i]).toList();
    }

    private static Batch images(int rank) {
        int[] indices = IntStream.range(rank * LOCAL, (rank + 1) * LOCAL).toArray();
        long[] values = IntStream.range(0, LOCAL * 3 * 16 * 16)
                .mapToLong(i -> (i * 37L + rank * 101L + i / 7) % 256)
                .toArray();
        Tensor bytes = Tensors.ofLongs(values, LOCAL, 3, 16, 16).to(ScalarType.Byte);
        return new Batch(0, 0, 0, indices, indices, bytes, Optional.empty());
    }
}

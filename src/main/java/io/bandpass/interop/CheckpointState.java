package io.bandpass.interop;

import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import io.bandpass.format.WeightsLoader;
import io.bandpass.nn.NamedTensor;
import io.bandpass.optim.Optimizer;
import io.bandpass.task.TrainingTask;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Loads the training state of another program: a full model, and the moments of its optimizer. */
public final class CheckpointState {
    private CheckpointState() {}

    /**
     * Loads every tensor of a task from a file in any layout that {@code import} reads, with Bandpass's names or
     * others.
     *
     * @throws WeightsException if a tensor is missing or unexpected
     */
    public static WeightsLoader.Report loadModel(TrainingTask task, Path file) throws IOException {
        try (PointerScope scope = new PointerScope();
                CheckpointWeights checkpoint = CheckpointWeights.read(file)) {
            Map<String, Tensor> model = NamedTensor.byName(task.state());
            TensorFile tensors = checkpoint.tensors();
            if (tensors.names().equals(model.keySet())) {
                return WeightsLoader.loadAll(model, tensors);
            }
            return WeightsLoader.load(
                    file.toString(), model, CheckpointNaming.map(tensors).named(), false);
        }
    }

    /**
     * Loads moments and update count of an optimizer from another program's PyTorch file.
     *
     * @return number of updates it had made
     * @throws WeightsException if the file holds none, or one of other parameters
     */
    public static long loadOptimizer(Optimizer optimizer, Path file) throws IOException {
        try (PointerScope scope = new PointerScope();
                CheckpointOptimizer checkpoint = CheckpointOptimizer.read(file)) {
            Map<String, Tensor> values = checkpoint.named();
            values.put("updates", Tensors.ofFloats(new float[] {checkpoint.updates()}));
            WeightsLoader.load("the optimizer of " + file, NamedTensor.byName(optimizer.state()), values, false);
            return checkpoint.updates();
        }
    }
}

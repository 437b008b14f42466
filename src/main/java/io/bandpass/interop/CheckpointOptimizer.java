package io.bandpass.interop;

import io.bandpass.format.SafetensorsHeader;
import io.bandpass.format.StoredObjects;
import io.bandpass.format.TensorFile;
import io.bandpass.format.TorchStorages;
import io.bandpass.format.TorchValues.StoredTensor;
import io.bandpass.format.WeightsException;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The AdamW state that another program's PyTorch file holds with the weights.
 *
 * @param first first moment of each parameter, by the parameter's name in the file
 * @param second second moment
 * @param updates updates made so far
 */
public record CheckpointOptimizer(TensorFile first, TensorFile second, long updates) implements AutoCloseable {
    private static final String STEP = "step";

    /**
     * Reads the optimizer of a file.
     *
     * @throws WeightsException if there is none, or its state does not fit the model in the file
     */
    public static CheckpointOptimizer read(Path file) throws IOException {
        return CheckpointWeights.open(file, (root, storages) -> of(file, root, storages))
                .orElseThrow(() -> new WeightsException(
                        file + " is safetensors, which holds no state of an optimizer; give a PyTorch file (.pth)"));
    }

    private static CheckpointOptimizer of(Path file, @Nullable Object root, TorchStorages storages) throws IOException {
        String source = file.toString();
        StoredMoments moments = new StoredMoments(
                source, root, StoredObjects.state(source, root).tensors());
        Map<String, StoredTensor> first = new LinkedHashMap<>();
        Map<String, StoredTensor> second = new LinkedHashMap<>();
        Map<String, StoredTensor> steps = new LinkedHashMap<>();
        TreeSet<Long> updates = new TreeSet<>();
        moments.byName().forEach((name, state) -> {
            first.put(name, moments.moment(name, state, "exp_avg"));
            second.put(name, moments.moment(name, state, "exp_avg_sq"));
            if (state.get(STEP) instanceof StoredTensor step && step.shape().length == 0) {
                steps.put(name, step);
            } else if (state.get(STEP) instanceof Number step) {
                updates.add(step.longValue());
            } else {
                throw new WeightsException(source + ": its optimizer does not say how often "
                        + SafetensorsHeader.shown(name) + " was updated");
            }
        });
        try (TensorFile counters = CheckpointWeights.tensors(file, steps, storages)) {
            counters.all().values().forEach(counter -> updates.add((long) Tensors.toDoubles(counter)[0]));
        }
        if (updates.size() != 1 || updates.first() < 0) {
            throw new WeightsException(source
                    + ": its optimizer has not updated all parameters equally often, which ours does: " + updates);
        }
        TensorFile firstMoments = CheckpointWeights.tensors(file, first, storages);
        try {
            return new CheckpointOptimizer(
                    firstMoments, CheckpointWeights.tensors(file, second, storages), updates.first());
        } catch (IOException | RuntimeException e) {
            firstMoments.close();
            throw e;
        }
    }

    /**
     * Returns both moments, {@code exp_avg.} or {@code exp_avg_sq.} before {@link CheckpointNaming.Parts#named()
     * names}.
     */
    public Map<String, Tensor> named() {
        Map<String, Tensor> named = new LinkedHashMap<>();
        CheckpointNaming.map(first).named().forEach((name, moment) -> named.put("exp_avg." + name, moment));
        CheckpointNaming.map(second).named().forEach((name, moment) -> named.put("exp_avg_sq." + name, moment));
        return named;
    }

    @Override
    public void close() {
        first.close();
        second.close();
    }
}

package io.bandpass.train;

import io.bandpass.checkpoint.Checkpoints.Saved;
import io.bandpass.config.RunConfig;
import io.bandpass.distributed.Communicator;
import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsLoader;
import io.bandpass.nn.NamedTensor;
import io.bandpass.optim.MovingAverage;
import io.bandpass.optim.Optimizer;
import io.bandpass.optim.Optimizers;
import io.bandpass.task.TrainingTask;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/** The mutable state of a run, as stored in checkpoints: task, optimizer and, if enabled, EMA weights. */
public final class ModelState<M extends TrainingTask> implements AutoCloseable {
    private final M task;
    private final Optimizer optimizer;
    private final Optional<MovingAverage> average;

    /**
     * Creates the state at the start of a run.
     *
     * @param task closed with this state
     */
    public ModelState(M task, RunConfig config) {
        this.task = task;
        optimizer = Optimizers.create(task.parameters(), config.optimizer());
        average = config.train().emaDecay().stream()
                .mapToObj(decay -> new MovingAverage(task.state(), decay))
                .findFirst();
    }

    public M task() {
        return task;
    }

    public Optimizer optimizer() {
        return optimizer;
    }

    /** Returns the EMA of the model's state, if enabled. */
    public Optional<MovingAverage> average() {
        return average;
    }

    /** Updates the EMA; call after each update of the parameters. */
    public void updated() {
        average.ifPresent(MovingAverage::update);
    }

    /**
     * Averages running statistics, and their EMA, over all processes: each has those of its own images. As they are
     * moving averages, their means are what averaging at every step would give.
     */
    void averageStatistics(Communicator processes) {
        Set<String> names = new HashSet<>();
        List<Tensor> statistics = new ArrayList<>();
        for (NamedTensor buffer : task.buffers()) {
            names.add(buffer.name());
            statistics.add(buffer.tensor());
        }
        average.ifPresent(ema -> ema.averages().stream()
                .filter(entry -> names.contains(entry.name()))
                .forEach(entry -> statistics.add(entry.tensor())));
        processes.average(statistics);
    }

    /** Makes this state that of the first process in all of them. */
    public void copyFromFirst(Communicator processes) {
        List<Tensor> all = new ArrayList<>(modelState().values());
        all.addAll(optimizerState().values());
        processes.copyFromFirst(all);
    }

    /** Returns the tensors of a checkpoint's {@code model.safetensors}. */
    Map<String, Tensor> modelState() {
        return NamedTensor.byName(task.state());
    }

    /** Returns the tensors of a checkpoint's {@code optimizer.safetensors}. */
    Map<String, Tensor> optimizerState() {
        List<NamedTensor> state = new ArrayList<>(optimizer.state());
        average.ifPresent(ema -> state.addAll(ema.state()));
        return NamedTensor.byName(state);
    }

    /**
     * Checks all content of a checkpoint for NaN and infinity: parameters, running statistics, moments, averages.
     *
     * @return the name of the first tensor that is not finite
     */
    Optional<String> notFinite() {
        Map<String, Tensor> all = modelState();
        all.putAll(optimizerState());
        return all.entrySet().stream()
                .filter(entry -> !Tensors.isFinite(entry.getValue()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /**
     * Restores this state from a checkpoint.
     *
     * @return a report of the loaded tensors
     * @throws io.bandpass.format.WeightsException if it is damaged or not finite, which version 0.1.0 allowed
     */
    public WeightsLoader.Report load(Saved checkpoint) throws IOException {
        try (TensorFile modelFile = checkpoint.model();
                TensorFile optimizerFile = checkpoint.optimizer()) {
            WeightsLoader.Report report = WeightsLoader.restore(modelState(), modelFile);
            WeightsLoader.restore(optimizerState(), optimizerFile);
            Optional<String> notFinite = notFinite();
            if (notFinite.isPresent()) {
                throw checkpoint.damaged("cannot be gone on with, as " + notFinite.get() + " in it is not finite");
            }
            return report;
        }
    }

    @Override
    public void close() {
        average.ifPresent(MovingAverage::close);
        optimizer.close();
        task.close();
    }
}

package io.bandpass.optim;

import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Snapshot;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Exponential moving average (EMA) of a model's state: average = d * average + (1 - d) * value after each update. In
 * the first updates d is smaller than its final value, (1 + n) / (10 + n), so that the initial values soon fade.
 */
public final class MovingAverage implements AutoCloseable {
    private static final String PREFIX = "ema.";

    private final double decay;
    private final List<NamedTensor> model;
    private final List<NamedTensor> averages = new ArrayList<>();
    /** Number of updates; saved with the averages, so that a resumed run does not repeat the fast start. */
    private final Tensor updates;

    /**
     * Creates an average that starts from the current values.
     *
     * @param model parameters and buffers; integers are copied, not averaged
     * @param decay d, from 0 to below 1
     */
    public MovingAverage(List<NamedTensor> model, double decay) {
        this.model = List.copyOf(model);
        this.decay = decay;
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (NamedTensor entry : model) {
                averages.add(new NamedTensor(
                        entry.name(), Tensors.keep(entry.tensor().detach().clone())));
            }
            updates = Tensors.keep(Tensors.zeros(ScalarType.Long));
        }
    }

    /** Restarts from the model's current values. */
    public void restart() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (int i = 0; i < averages.size(); i++) {
                averages.get(i).tensor().copy_(model.get(i).tensor());
            }
            updates.fill_(new Scalar(0L));
        }
    }

    /** Updates the averages with the model's current values. */
    public void update() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            updates.add_(new Scalar(1L));
            double n = updates.item_long();
            Scalar share = new Scalar(1 - Math.min(decay, (1 + n) / (10 + n)));
            for (int i = 0; i < averages.size(); i++) {
                Tensor average = averages.get(i).tensor();
                Tensor value = model.get(i).tensor();
                if (average.is_floating_point()) {
                    average.lerp_(value, share); // average = d * average + (1 - d) * value
                } else {
                    average.copy_(value);
                }
            }
        }
    }

    /** Runs a computation with the averages as the model's values, then restores the model's own. */
    public <T> T during(Supplier<T> computation) {
        return Snapshot.swapped(tensors(model), tensors(averages), computation);
    }

    /** Returns a computation that runs with the averages as the model's values, if there are any. */
    public static <T> Supplier<T> during(Optional<MovingAverage> average, Supplier<T> computation) {
        return average.<Supplier<T>>map(ema -> () -> ema.during(computation)).orElse(computation);
    }

    private static List<Tensor> tensors(List<NamedTensor> named) {
        return named.stream().map(NamedTensor::tensor).toList();
    }

    /** Averages under the names of the model's tensors. */
    public List<NamedTensor> averages() {
        return List.copyOf(averages);
    }

    /** Name under which {@link #state} holds the average of a tensor of the model. */
    public static String stateName(String name) {
        return PREFIX + name;
    }

    /** Averages and counter, for saving and restoring in place. */
    public List<NamedTensor> state() {
        List<NamedTensor> state = new ArrayList<>();
        state.add(new NamedTensor(PREFIX + "updates", updates));
        averages.forEach(average -> state.add(new NamedTensor(stateName(average.name()), average.tensor())));
        return state;
    }

    @Override
    public void close() {
        state().forEach(entry -> entry.tensor().close());
    }
}

package io.bandpass.optim;

import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Snapshot;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * An exponential moving average (EMA) of a model's state: average = d * average + (1 - d) * value after each update.
 * While there were few updates d is smaller than its final value, (1 + n) / (10 + n), so that the start is soon forgotten.
 */
public final class MovingAverage implements AutoCloseable {
    private static final String PREFIX = "ema.";

    private final double decay;
    private final List<NamedTensor> model;
    private final List<NamedTensor> averages = new ArrayList<>();
    /** How many updates were made; saved with the averages, or a resumed run would forget the start anew. */
    private final Tensor updates;

    /**
     * An average that starts from the values of now.
     *
     * @param model parameters and buffers; integers are copied, not averaged
     * @param decay d, from 0 to below 1
     */
    public MovingAverage(List<NamedTensor> model, double decay) {
        this.model = List.copyOf(model);
        this.decay = decay;
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (NamedTensor each : model) {
                averages.add(new NamedTensor(
                        each.name(), Tensors.keep(each.tensor().detach().clone())));
            }
            updates = Tensors.keep(Tensors.zeros(ScalarType.Long));
        }
    }

    /** Starts again from the values that the model has now. */
    public void restart() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (int i = 0; i < averages.size(); i++) {
                averages.get(i).tensor().copy_(model.get(i).tensor());
            }
            updates.fill_(new Scalar(0L));
        }
    }

    /** Takes in the values that the model has now. */
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
                    average.lerp_(value, share);
                } else {
                    average.copy_(value);
                }
            }
        }
    }

    /** Computes something while the model has the averages as its values; after it, it has again those that it had. */
    public <T> T during(Supplier<T> computation) {
        return Snapshot.swapped(tensors(model), tensors(averages), computation);
    }

    private static List<Tensor> tensors(List<NamedTensor> named) {
        return named.stream().map(NamedTensor::tensor).toList();
    }

    /** The averages, by the names of the model. */
    public List<NamedTensor> averages() {
        return List.copyOf(averages);
    }

    /** What {@link #state} calls the average of a tensor of the model. */
    public static String stateName(String name) {
        return PREFIX + name;
    }

    /** Averages and counter, to be saved and restored in place. */
    public List<NamedTensor> state() {
        List<NamedTensor> state = new ArrayList<>();
        state.add(new NamedTensor(PREFIX + "updates", updates));
        averages.forEach(each -> state.add(new NamedTensor(stateName(each.name()), each.tensor())));
        return state;
    }

    @Override
    public void close() {
        state().forEach(entry -> entry.tensor().close());
    }
}

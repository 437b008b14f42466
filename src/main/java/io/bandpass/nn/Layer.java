package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A node in a tree of named parameters and buffers. LibTorch's own Module is not used: its Java subclasses live on both
 * sides of the native boundary, whereas this tree owns its tensors in one place and frees them in {@link #close()}.
 *
 * <p>Parameters are float32 leaves, created on the CPU; {@link #to(Device)} moves the whole tree. They are detached
 * from any open {@code PointerScope}, so a layer lives until it is closed.
 */
public abstract class Layer implements AutoCloseable {
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final Map<String, Tensor> buffers = new LinkedHashMap<>();
    private final List<Tensor> constants = new ArrayList<>();
    private final List<Child> children = new ArrayList<>();
    private boolean training = true;

    /** A child layer and the prefix of its tensors' names. */
    private record Child(String prefix, Layer layer) {}

    /** Creates a parameter of zeros; initialisation is a separate step. */
    protected final Tensor parameter(String name, long... shape) {
        Tensor tensor = Tensors.keep(Tensors.zeros(ScalarType.Float, shape));
        tensor.set_requires_grad(true);
        parameters.put(name, tensor);
        return tensor;
    }

    /** Registers a tensor that is saved and moved with the layer, but not trained. */
    protected final Tensor buffer(String name, Tensor tensor) {
        buffers.put(name, Tensors.keep(tensor));
        return tensor;
    }

    /** Registers a tensor derived from the geometry: moved with the layer, but neither trained nor saved. */
    protected final Tensor constant(Tensor tensor) {
        constants.add(Tensors.keep(tensor));
        return tensor;
    }

    /** Registers a child layer. */
    protected final <L extends Layer> L child(String name, L layer) {
        children.add(new Child(name + ".", layer));
        return layer;
    }

    /** Registers a child whose tensors are named as if they belonged to this layer. */
    protected final <L extends Layer> L unnamed(L layer) {
        children.add(new Child("", layer));
        return layer;
    }

    /** Removes a child from this layer and frees it. */
    protected final void remove(Layer layer) {
        children.removeIf(child -> child.layer == layer);
        layer.close();
    }

    /**
     * Whether weight decay applies to a parameter of this layer, children excluded; by default to those with at least
     * two axes.
     */
    protected boolean decays(String name, Tensor tensor) {
        return tensor.dim() > 1;
    }

    /** Layer number of a parameter for layer decay, by its full name below this layer; 0 for layers without depth. */
    public int depthOf(String name) {
        return 0;
    }

    /** All parameters of the tree, in order of creation. */
    public final List<Parameter> parameters() {
        List<Parameter> found = new ArrayList<>();
        collectParameters("", found);
        return found.stream()
                .map(p -> new Parameter(p.name(), p.tensor(), p.decay(), depthOf(p.name())))
                .toList();
    }

    private void collectParameters(String prefix, List<Parameter> found) {
        parameters.forEach((name, tensor) -> found.add(new Parameter(prefix + name, tensor, decays(name, tensor), 0)));
        children.forEach(child -> child.layer.collectParameters(prefix + child.prefix, found));
    }

    /** All buffers of the tree that are part of its state. */
    public final List<NamedTensor> buffers() {
        List<NamedTensor> found = new ArrayList<>();
        collectBuffers("", found);
        return found;
    }

    private void collectBuffers(String prefix, List<NamedTensor> found) {
        buffers.forEach((name, tensor) -> found.add(new NamedTensor(prefix + name, tensor)));
        children.forEach(child -> child.layer.collectBuffers(prefix + child.prefix, found));
    }

    /** Parameters and buffers together, as stored in a weights file. */
    public final List<NamedTensor> state() {
        List<NamedTensor> state = new ArrayList<>();
        for (Parameter parameter : parameters()) {
            state.add(new NamedTensor(parameter.name(), parameter.tensor()));
        }
        state.addAll(buffers());
        return state;
    }

    /** Switches batch norm and drop path of the tree between training and evaluation mode. */
    public final void setTraining(boolean training) {
        this.training = training;
        children.forEach(child -> child.layer.setTraining(training));
    }

    public final boolean isTraining() {
        return training;
    }

    /** Moves every tensor of the tree to a device, in place. */
    public final void to(Device device) {
        convert(tensor -> Tensors.to(tensor, device));
    }

    /**
     * Converts every floating-point tensor of the tree to another type, in place, such as float64 for comparisons that
     * float32 is too coarse for.
     */
    public final void to(ScalarType type) {
        convert(tensor -> tensor.is_floating_point() ? tensor.to(type) : tensor);
    }

    private void convert(UnaryOperator<Tensor> conversion) {
        List<Tensor> tensors = new ArrayList<>(parameters.values());
        tensors.addAll(buffers.values());
        tensors.addAll(constants);
        try (PointerScope scope = new PointerScope()) {
            for (Tensor tensor : tensors) {
                tensor.set_data(conversion.apply(tensor.detach()));
            }
        }
        children.forEach(child -> child.layer.convert(conversion));
    }

    /**
     * Converts the weights of the tree's convolutions to channels-last format, in place. Otherwise LibTorch would copy
     * them, and each of their gradients, in every pass over channels-last maps. Values, shapes and saved files stay the
     * same.
     */
    public final void channelsLast() {
        try (PointerScope scope = new PointerScope()) {
            for (Tensor tensor : parameters.values()) {
                if (tensor.dim() == 4) {
                    tensor.set_data(Tensors.channelsLast(tensor.detach()));
                }
            }
        }
        children.forEach(child -> child.layer.channelsLast());
    }

    /** Frees every tensor of the tree. */
    @Override
    public void close() {
        parameters.values().forEach(Tensor::close);
        buffers.values().forEach(Tensor::close);
        constants.forEach(Tensor::close);
        children.forEach(child -> child.layer.close());
    }
}

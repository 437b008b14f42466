package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A node in a tree of named parameters and buffers. LibTorch's own Module is not used: its Java subclasses live on both
 * sides of the native boundary, while this tree owns its tensors in one place and frees them in {@link #close()}.
 *
 * <p>Parameters are float32 leaves, made on the CPU; {@link #to(Device)} moves the whole tree. They are taken out of
 * any open {@code PointerScope}, so a layer lives until it is closed.
 */
public abstract class Layer implements AutoCloseable {
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final Map<String, Tensor> buffers = new LinkedHashMap<>();
    private final List<Tensor> constants = new ArrayList<>();
    private final List<Child> children = new ArrayList<>();
    private boolean training = true;

    /** A part, and what stands before the names of its tensors. */
    private record Child(String prefix, Layer layer) {}

    /** Makes a parameter of zeros; initialisation is a step of its own. */
    protected final Tensor parameter(String name, long... shape) {
        Tensor tensor = Tensors.keep(Tensors.zeros(ScalarType.Float, shape));
        tensor.set_requires_grad(true);
        parameters.put(name, tensor);
        return tensor;
    }

    /** Registers a tensor that is saved and moved, but not trained. */
    protected final Tensor buffer(String name, Tensor tensor) {
        buffers.put(name, Tensors.keep(tensor));
        return tensor;
    }

    /** Registers a tensor that follows from the geometry: moved with the layer, but neither trained nor saved. */
    protected final Tensor constant(Tensor tensor) {
        constants.add(Tensors.keep(tensor));
        return tensor;
    }

    /** Registers a part of this layer. */
    protected final <L extends Layer> L child(String name, L layer) {
        children.add(new Child(name + ".", layer));
        return layer;
    }

    /** Registers a part whose tensors are named as if they were this layer's own. */
    protected final <L extends Layer> L unnamed(L layer) {
        children.add(new Child("", layer));
        return layer;
    }

    /** Takes a part out of this layer again, and frees it. */
    protected final void remove(Layer layer) {
        children.removeIf(child -> child.layer == layer);
        layer.close();
    }

    /** Whether a parameter of this layer itself takes weight decay; by default all with at least two axes. */
    protected boolean decays(String name, Tensor tensor) {
        return tensor.dim() > 1;
    }

    /** The layer number of a parameter, by its full name below this layer; 0 where there is no depth. */
    public int depthOf(String name) {
        return 0;
    }

    /** All parameters of the tree, in the order in which they were made. */
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

    /** Parameters and buffers together: what a weights file holds. */
    public final List<NamedTensor> state() {
        List<NamedTensor> state = new ArrayList<>();
        for (Parameter parameter : parameters()) {
            state.add(new NamedTensor(parameter.name(), parameter.tensor()));
        }
        state.addAll(buffers());
        return state;
    }

    /** Switches batch norm and drop path of the tree between training and evaluation. */
    public final void setTraining(boolean training) {
        this.training = training;
        children.forEach(child -> child.layer.setTraining(training));
    }

    public final boolean isTraining() {
        return training;
    }

    /** Moves every tensor of the tree to a device, in place. */
    public final void to(Device device) {
        List<Tensor> own = new ArrayList<>(parameters.values());
        own.addAll(buffers.values());
        own.addAll(constants);
        try (PointerScope scope = new PointerScope()) {
            for (Tensor tensor : own) {
                tensor.set_data(Tensors.to(tensor.detach(), device));
            }
        }
        children.forEach(child -> child.layer.to(device));
    }

    /**
     * Lays out the weights of the tree's convolutions as maps with the channels last need them, in place: LibTorch would
     * copy them in every pass, and each of their gradients. Values, shapes and what is saved stay the same.
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

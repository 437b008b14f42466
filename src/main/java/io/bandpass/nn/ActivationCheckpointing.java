package io.bandpass.nn;

import io.bandpass.torch.Compute;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Activation checkpointing (Chen et al., 2016, arXiv 1604.06174): trades time for memory. The forward pass keeps only
 * the input of each block; the backward pass recomputes the blocks one by one, from the last to the first. The results
 * are identical.
 */
public final class ActivationCheckpointing {
    /**
     * State needed to recompute a block.
     *
     * @param generator state of the generator that drop path drew from
     * @param output leaf that collects the gradient of an output read after this block; null if none is read
     */
    private record Saved(
            UnaryOperator<Tensor> block,
            Tensor input,
            Tensor generator,
            @Nullable Tensor output) {}

    private final Layer layer;
    private final Compute compute;
    private final List<Saved> saved = new ArrayList<>();

    /**
     * Creates checkpointing for a layer that is a chain of blocks.
     *
     * @param layer whose running statistics the recomputation must not update
     */
    public ActivationCheckpointing(Layer layer, Compute compute) {
        this.layer = layer;
        this.compute = compute;
    }

    /**
     * Runs the whole chain without building a graph.
     *
     * @return leaves for {@link BlockChain#read}, which collect the gradients for {@link #backward()}
     */
    public List<Tensor> forward(BlockChain chain, Tensor input) {
        release();
        try (NoGradGuard guard = new NoGradGuard()) {
            return compute.run(() -> {
                List<Tensor> outputs = new ArrayList<>();
                Tensor x = input;
                for (int i = 0; i < chain.blocks().size(); i++) {
                    UnaryOperator<Tensor> block = chain.blocks().get(i);
                    Tensor blockInput = x;
                    Tensor generator = torch.getDefaultCPUGenerator().get_state();
                    // Before the block runs, so that release() frees its input if it fails.
                    saved.add(new Saved(block, blockInput, generator, null));
                    try (PointerScope scope = new PointerScope()) {
                        x = Tensors.keep(block.apply(blockInput));
                    }
                    if (chain.isRead(i)) {
                        Tensor output = leaf(x);
                        outputs.add(output);
                        saved.set(i, new Saved(block, blockInput, generator, output));
                    }
                }
                x.close();
                return outputs;
            });
        }
    }

    /** Frees the inputs of a forward pass that no backward pass followed. */
    private void release() {
        saved.stream().skip(1).forEach(block -> block.input().close());
        saved.clear();
    }

    private static Tensor leaf(Tensor tensor) {
        Tensor leaf = tensor.detach();
        leaf.set_requires_grad(true);
        return leaf;
    }

    /**
     * Backpropagates the gradients of the leaves from {@link #forward} through all blocks; called in the same scope.
     */
    public void backward() {
        if (saved.isEmpty()) {
            throw new IllegalStateException("there was no forward pass");
        }
        try (PointerScope scope = new PointerScope();
                Snapshot statistics = new Snapshot(layer.buffers())) {
            Tensor gradient = null;
            while (saved.size() > 1) {
                Saved last = saved.remove(saved.size() - 1);
                gradient = gradientBehind(last, gradient);
                if (gradient == null) {
                    last.input().close();
                } else {
                    gradient = freeingThrough(last, gradient);
                }
            }
            // The images need no gradient and are owned by the caller.
            Saved first = saved.remove(0);
            try (Tensor last = gradientBehind(first, gradient)) {
                if (last != null) {
                    through(first, first.input(), last);
                }
            }
            statistics.restore();
        }
    }

    /**
     * Returns the gradient of a block's output: that of the next block plus that of the output read after this one.
     *
     * @param behind gradient from the next block, closed here unless returned; null if there is none
     * @return null if the loss depends neither on this block's output nor on that of a later one
     */
    private static @Nullable Tensor gradientBehind(Saved saved, @Nullable Tensor behind) {
        Tensor read = saved.output() == null ? null : saved.output().grad();
        if (read == null || !read.defined()) {
            return behind;
        }
        if (behind == null) {
            return Tensors.keep(read.detach());
        }
        try (Tensor used = behind) {
            return Tensors.keep(used.add(read));
        }
    }

    /**
     * Backpropagates through a block and frees its input and gradient: they are as large as the activations that this
     * class saves.
     */
    private Tensor freeingThrough(Saved saved, Tensor gradient) {
        try (PointerScope scope = new PointerScope();
                Tensor input = saved.input();
                Tensor used = gradient) {
            Tensor leaf = leaf(input);
            through(saved, leaf, used);
            // The result of grad() is owned by the leaf, which is freed now.
            return Tensors.keep(leaf.grad().detach());
        }
    }

    private void through(Saved saved, Tensor input, Tensor gradient) {
        try (PointerScope scope = new PointerScope()) {
            torch.getDefaultCPUGenerator().set_state(saved.generator());
            Tensor result = compute.run(() -> saved.block().apply(input));
            result.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
        }
    }
}

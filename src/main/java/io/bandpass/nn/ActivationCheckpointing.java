package io.bandpass.nn;

import io.bandpass.torch.Compute;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Trades time for memory (Chen et al., 2016, arXiv 1604.06174): the forward pass keeps the input of each block and nothing
 * else, and the backward pass recomputes the blocks one by one, from the last to the first. The numbers are the same.
 */
public final class ActivationCheckpointing {
    /**
     * What the recomputation of a block needs.
     *
     * @param generator state of the generator that drop path drew from
     * @param output the leaf that collects the gradient of what is read after this block; null if nothing is
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
     * For a layer that is a chain of blocks.
     *
     * @param layer whose running statistics must not be updated by the recomputation
     */
    public ActivationCheckpointing(Layer layer, Compute compute) {
        this.layer = layer;
        this.compute = compute;
    }

    /**
     * The forward pass of the whole chain, without a graph.
     *
     * @return for {@link BlockChain#read}: leaves that collect the gradients for {@link #backward()}
     */
    public List<Tensor> forward(BlockChain chain, Tensor input) {
        release();
        try (NoGradGuard guard = new NoGradGuard()) {
            return compute.run(() -> {
                List<Tensor> outputs = new ArrayList<>();
                Tensor x = input;
                for (int i = 0; i < chain.blocks().size(); i++) {
                    UnaryOperator<Tensor> block = chain.blocks().get(i);
                    Tensor before = x;
                    Tensor generator = torch.getDefaultCPUGenerator().get_state();
                    try (PointerScope scope = new PointerScope()) {
                        x = Tensors.keep(block.apply(before));
                    }
                    Tensor output = chain.isRead(i) ? leaf(x) : null;
                    if (output != null) {
                        outputs.add(output);
                    }
                    saved.add(new Saved(block, before, generator, output));
                }
                x.close();
                return outputs;
            });
        }
    }

    /** Frees what a backward pass that never came would have freed. */
    private void release() {
        saved.stream().skip(1).forEach(each -> each.input().close());
        saved.clear();
    }

    private static Tensor leaf(Tensor tensor) {
        Tensor leaf = tensor.detach();
        leaf.set_requires_grad(true);
        return leaf;
    }

    /** Takes the gradients of what {@link #forward} returned back through all blocks, in the same scope. */
    public void backward() {
        if (saved.isEmpty()) {
            throw new IllegalStateException("there was no forward pass");
        }
        try (PointerScope scope = new PointerScope();
                Snapshot statistics = new Snapshot(layer.buffers())) {
            Tensor gradient = null;
            while (saved.size() > 1) {
                Saved last = saved.remove(saved.size() - 1);
                gradient = freeingThrough(last, gradientBehind(last, gradient));
            }
            // The images need no gradient, and belong to the caller.
            Saved first = saved.remove(0);
            try (Tensor last = gradientBehind(first, gradient)) {
                through(first, first.input(), last);
            }
            statistics.restore();
        }
    }

    /**
     * The gradient of what a block returned: from the blocks behind it, and from what was read after it.
     *
     * @param behind freed here where another one is returned; null for the last block
     */
    private static Tensor gradientBehind(Saved saved, @Nullable Tensor behind) {
        if (saved.output() == null) {
            return Objects.requireNonNull(behind, "the last block has an output");
        }
        Tensor read = saved.output().grad();
        if (behind == null) {
            return Tensors.keep(read.detach());
        }
        if (!read.defined()) {
            return behind;
        }
        try (Tensor used = behind) {
            return Tensors.keep(used.add(read));
        }
    }

    /** Input and gradient are as large as what this class exists to save: each is freed once it was used. */
    private Tensor freeingThrough(Saved saved, Tensor gradient) {
        try (PointerScope scope = new PointerScope();
                Tensor input = saved.input();
                Tensor used = gradient) {
            Tensor leaf = leaf(input);
            through(saved, leaf, used);
            // What grad() returns belongs to the leaf, which is freed now.
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

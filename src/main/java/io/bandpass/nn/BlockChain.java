package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * A computation as a chain of blocks, each taking the result of the one before, and the outputs read from it. Only that
 * result is alive between two blocks, so activations can be dropped and recomputed there.
 *
 * @param blocks at least one
 * @param outputs at least one, in ascending order of their blocks; the last one reads the last block
 */
public record BlockChain(List<UnaryOperator<Tensor>> blocks, List<Output> outputs) {
    /**
     * An output of the chain.
     *
     * @param block index of the block after which it is read, from 0
     * @param read maps that block's result to the output, for instance tokens to a feature map
     */
    public record Output(int block, UnaryOperator<Tensor> read) {}

    public BlockChain {
        blocks = List.copyOf(blocks);
        outputs = List.copyOf(outputs);
        int previous = -1;
        for (Output output : outputs) {
            if (output.block() <= previous) {
                throw new IllegalArgumentException("outputs must be in ascending order of their blocks");
            }
            previous = output.block();
        }
        if (previous != blocks.size() - 1) {
            throw new IllegalArgumentException("the last output must read the last block");
        }
    }

    /** Returns a chain whose only output is the result of its last block. */
    public static BlockChain of(List<UnaryOperator<Tensor>> blocks) {
        return new BlockChain(blocks, List.of(new Output(blocks.size() - 1, UnaryOperator.identity())));
    }

    /** Runs blocks and returns the result of the last one. */
    public static Tensor forward(List<UnaryOperator<Tensor>> blocks, Tensor input) {
        return of(blocks).forward(input).get(0);
    }

    /** Runs all blocks, each in its own pointer scope, and reads the outputs. */
    public List<Tensor> forward(Tensor input) {
        List<Tensor> results = new ArrayList<>();
        Tensor x = input;
        for (int i = 0; i < blocks.size(); i++) {
            UnaryOperator<Tensor> block = blocks.get(i);
            Tensor blockInput = x;
            x = Tensors.scoped(() -> block.apply(blockInput));
            if (isRead(i)) {
                results.add(x);
            }
        }
        return read(results);
    }

    /** Whether an output is read after this block. */
    boolean isRead(int block) {
        return outputs.stream().anyMatch(output -> output.block() == block);
    }

    /**
     * Maps block results to outputs.
     *
     * @param results of the blocks after which outputs are read
     */
    public List<Tensor> read(List<Tensor> results) {
        List<Tensor> read = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            read.add(outputs.get(i).read().apply(results.get(i)));
        }
        return read;
    }
}

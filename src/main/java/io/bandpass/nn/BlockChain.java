package io.bandpass.nn;

import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * A computation as a chain of blocks, each of which takes what the one before it returned, and the outputs that are read
 * from it. Nothing else is alive between two blocks, so this is where activations can be dropped and recomputed.
 *
 * @param blocks at least one
 * @param outputs in ascending order of their blocks, at least one; the last one reads the last block
 */
public record BlockChain(List<UnaryOperator<Tensor>> blocks, List<Output> outputs) {
    /**
     * An output of the chain.
     *
     * @param block number of the block after which it is read, from 0
     * @param read from what that block returned to the output, for instance from tokens to a feature map
     */
    public record Output(int block, UnaryOperator<Tensor> read) {}

    public BlockChain {
        blocks = List.copyOf(blocks);
        outputs = List.copyOf(outputs);
        int before = -1;
        for (Output output : outputs) {
            if (output.block() <= before) {
                throw new IllegalArgumentException("outputs must be in ascending order of their blocks");
            }
            before = output.block();
        }
        if (before != blocks.size() - 1) {
            throw new IllegalArgumentException("the last output must read the last block");
        }
    }

    /** A chain whose only output is what its last block returns. */
    public static BlockChain of(List<UnaryOperator<Tensor>> blocks) {
        return new BlockChain(blocks, List.of(new Output(blocks.size() - 1, UnaryOperator.identity())));
    }

    /** What the last of some blocks returns. */
    public static Tensor forward(List<UnaryOperator<Tensor>> blocks, Tensor input) {
        return of(blocks).forward(input).get(0);
    }

    /** Runs all blocks, each in a pointer scope of its own, and reads the outputs. */
    public List<Tensor> forward(Tensor input) {
        List<Tensor> results = new ArrayList<>();
        Tensor x = input;
        for (int i = 0; i < blocks.size(); i++) {
            UnaryOperator<Tensor> block = blocks.get(i);
            Tensor before = x;
            x = Tensors.scoped(() -> block.apply(before));
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
     * From blocks to outputs.
     *
     * @param results what the blocks returned after which outputs are read
     */
    public List<Tensor> read(List<Tensor> results) {
        List<Tensor> read = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            read.add(outputs.get(i).read().apply(results.get(i)));
        }
        return read;
    }
}

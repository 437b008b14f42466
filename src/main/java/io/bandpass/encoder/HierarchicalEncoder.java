package io.bandpass.encoder;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * An encoder with stages whose maps become smaller and wider: a stem, then for each stage its downsampling, if that is
 * a separate block, and its blocks. The levels are the ends of the stages.
 */
abstract class HierarchicalEncoder extends Encoder {
    private final List<UnaryOperator<Tensor>> body = new ArrayList<>();
    private final List<FeatureLevel> levels = new ArrayList<>();
    /** Layer numbers of blocks and downsamplings, by the prefix of their tensors' names. */
    private final Map<String, Integer> layers = new LinkedHashMap<>();

    private int blockCount;

    /**
     * Adds the downsampling between two stages.
     *
     * @param name of its layer, for instance {@code layers.1.downsample}
     */
    final void addDownsampling(String name, UnaryOperator<Tensor> downsampling) {
        body.add(downsampling);
        layers.put(name + ".", blockCount);
    }

    /**
     * Adds a block to the current stage.
     *
     * @param name of its layer, for instance {@code layers.1.blocks.0}
     */
    final void addBlock(String name, UnaryOperator<Tensor> block) {
        body.add(block);
        layers.put(name + ".", ++blockCount);
    }

    /**
     * Ends a stage.
     *
     * @param width channels of its map
     * @param stride image pixels per cell of its map
     */
    final void endStage(int width, int stride) {
        // The stem is block 0.
        levels.add(new FeatureLevel(body.size(), width, stride));
    }

    /** Returns the stem and all stages, without a final norm. */
    final List<UnaryOperator<Tensor>> blocksFrom(UnaryOperator<Tensor> stem) {
        List<UnaryOperator<Tensor>> blocks = new ArrayList<>();
        blocks.add(stem);
        blocks.addAll(body);
        return blocks;
    }

    @Override
    public final List<FeatureLevel> levels() {
        return List.copyOf(levels);
    }

    /** Returns the drop-path rate of a block: it grows linearly over all blocks, from 0 in the first. */
    static double dropPath(double last, int block, List<Integer> depths) {
        int blocks = depths.stream().mapToInt(Integer::intValue).sum();
        return blocks == 1 ? 0 : last * block / (blocks - 1);
    }

    /** Numbers blocks across all stages; a downsampling has the number of the block before it. */
    @Override
    public final int depthOf(String name) {
        return layers.entrySet().stream()
                .filter(layer -> name.startsWith(layer.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(() -> isAfterBlocks(name) ? depth() : 0);
    }

    /** Whether a parameter outside all blocks belongs to a layer after the last block. */
    abstract boolean isAfterBlocks(String name);

    @Override
    public final int depth() {
        return blockCount + 1;
    }
}

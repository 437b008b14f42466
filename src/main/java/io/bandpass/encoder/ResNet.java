package io.bandpass.encoder;

import io.bandpass.config.ResNetConfig;
import io.bandpass.nn.BatchNorm2d;
import io.bandpass.nn.Conv2d;
import io.bandpass.nn.Initialisation;
import io.bandpass.nn.Parameter;
import io.bandpass.torch.Tensors;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** ResNet (He et al., CVPR 2016) without pooling and head, with timm's names; method.md section 3. */
public final class ResNet extends HierarchicalEncoder {
    private final ResNetConfig config;
    private final Conv2d stem;
    private final BatchNorm2d stemNorm;

    ResNet(ResNetConfig config, long seed) {
        this.config = config;
        stem = child(
                "conv1",
                new Conv2d(
                        3,
                        config.stemWidth(),
                        config.stemKernel(),
                        config.stemStride(),
                        config.stemKernel() / 2,
                        false));
        stemNorm = child("bn1", new BatchNorm2d(config.stemWidth()));
        Set<String> lastNorms = new HashSet<>();
        int width = config.stemWidth();
        for (int stage = 0; stage < config.stages().size(); stage++) {
            int outputs = config.widths().get(stage);
            for (int i = 0; i < config.stages().get(stage); i++) {
                int stride = stage > 0 && i == 0 ? 2 : 1;
                ResNetBlock block = config.block() == ResNetConfig.Block.BASIC
                        ? ResNetBlock.basic(width, outputs, stride)
                        : ResNetBlock.bottleneck(
                                width, config.bottleneckWidths().get(stage), outputs, stride);
                String name = "layer" + (stage + 1) + "." + i;
                addBlock(name, child(name, block)::forward);
                lastNorms.add(name + "." + block.lastNorm() + ".weight");
                width = outputs;
            }
            endStage(width, (config.stemStride() * (config.maxPool() ? 2 : 1)) << stage);
        }
        initialise(seed, lastNorms);
        channelsLast();
    }

    /**
     * Initialises weights. The last norm of each block starts at 0, so that a block starts as its shortcut (method.md
     * section 3).
     */
    private void initialise(long seed, Set<String> lastNorms) {
        for (Parameter parameter : parameters()) {
            Tensor tensor = parameter.tensor();
            if (tensor.dim() > 1) {
                Initialisation.kaimingNormalFanOut(tensor, seed, parameter.name());
            } else {
                boolean one = parameter.name().endsWith("weight") && !lastNorms.contains(parameter.name());
                Initialisation.constant(tensor, one ? 1 : 0);
            }
        }
    }

    @Override
    public List<UnaryOperator<Tensor>> blocks() {
        return blocksFrom(this::stem);
    }

    private Tensor stem(Tensor images) {
        Tensor maps = stem.isChannelsLast() ? Tensors.channelsLast(images) : images;
        Tensor x = stemNorm.forward(stem.forward(maps));
        torch.relu_(x);
        return config.maxPool()
                ? torch.max_pool2d(x, new long[] {3, 3}, new long[] {2, 2}, new long[] {1, 1}, new long[] {1, 1}, false)
                : x;
    }

    /** Identity: blocks return maps (N, C, H/s, W/s). */
    @Override
    Tensor map(Tensor result, long height, long width) {
        return result;
    }

    /** Does nothing: there is none. */
    @Override
    void leaveOutFinalNorm() {}

    @Override
    boolean isAfterBlocks(String name) {
        return false;
    }

    /** {@inheritDoc} They are with blocks of two 3x3 convolutions; 1x1 convolutions are faster channels-last. */
    @Override
    public boolean attacksContiguousMaps() {
        return config.block() == ResNetConfig.Block.BASIC;
    }

    @Override
    public String headName() {
        return "fc";
    }

    @Override
    public ResNetConfig config() {
        return config;
    }
}

package io.bandpass.encoder;

import io.bandpass.config.ResNetConfig;
import io.bandpass.nn.BatchNorm2d;
import io.bandpass.nn.Conv2d;
import io.bandpass.nn.Initialisation;
import io.bandpass.nn.Parameter;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** ResNet (He et al., CVPR 2016) without its pooling and head, with timm's names; method.md section 3. */
public final class ResNet extends Encoder {
    private final ResNetConfig config;
    private final Conv2d stem;
    private final BatchNorm2d stemNorm;
    private final List<ResNetBlock> blocks = new ArrayList<>();
    private final List<String> blockNames = new ArrayList<>();

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
        int width = config.stemWidth();
        for (int stage = 0; stage < config.stages().size(); stage++) {
            int outputs = config.widths().get(stage);
            for (int i = 0; i < config.stages().get(stage); i++) {
                int stride = stage > 0 && i == 0 ? 2 : 1;
                ResNetBlock block = config.block().equals("basic")
                        ? ResNetBlock.basic(width, outputs, stride)
                        : ResNetBlock.bottleneck(
                                width, config.bottleneckWidths().get(stage), outputs, stride);
                String name = "layer" + (stage + 1) + "." + i;
                blocks.add(child(name, block));
                blockNames.add(name + ".");
                width = outputs;
            }
        }
        initialise(seed);
        channelsLast();
    }

    private void initialise(long seed) {
        Set<String> startAtZero = new HashSet<>();
        for (int i = 0; i < blocks.size(); i++) {
            startAtZero.add(blockNames.get(i) + blocks.get(i).lastNorm() + ".weight");
        }
        for (Parameter parameter : parameters()) {
            Tensor tensor = parameter.tensor();
            if (tensor.dim() > 1) {
                Initialisation.kaimingNormalFanOut(tensor, seed, parameter.name());
            } else {
                boolean one = parameter.name().endsWith("weight") && !startAtZero.contains(parameter.name());
                Initialisation.constant(tensor, one ? 1 : 0);
            }
        }
    }

    @Override
    public List<UnaryOperator<Tensor>> segments() {
        List<UnaryOperator<Tensor>> segments = new ArrayList<>();
        segments.add(this::stem);
        blocks.forEach(block -> segments.add(block::forward));
        return segments;
    }

    private Tensor stem(Tensor images) {
        Tensor x = stemNorm.forward(stem.forward(Tensors.channelsLast(images)));
        torch.relu_(x);
        return config.maxPool()
                ? torch.max_pool2d(x, new long[] {3, 3}, new long[] {2, 2}, new long[] {1, 1}, new long[] {1, 1}, false)
                : x;
    }

    @Override
    public int depthOf(String name) {
        for (int i = 0; i < blockNames.size(); i++) {
            if (name.startsWith(blockNames.get(i))) {
                return i + 1;
            }
        }
        return 0;
    }

    @Override
    public String headName() {
        return "fc";
    }

    @Override
    public int depth() {
        return blocks.size() + 1;
    }

    @Override
    public ResNetConfig config() {
        return config;
    }
}

package io.bandpass.encoder;

import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.nn.Conv2d;
import io.bandpass.nn.Initialisation;
import io.bandpass.nn.LayerNorm2d;
import io.bandpass.nn.Parameter;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** ConvNeXt (Liu et al., CVPR 2022) without pooling and head, with timm's names. Its final norm applies to the map. */
public final class ConvNeXt extends HierarchicalEncoder {
    /** Epsilon of every norm. */
    public static final double EPSILON = 1e-6;

    /** Name of the norm behind the last block. */
    public static final String FINAL_NORM = "head.norm";

    private static final double STD = 0.02;
    private static final String STAGES = "stages.";

    private final ConvNeXtConfig config;
    private final Conv2d stem;
    private final LayerNorm2d stemNorm;
    private final LayerNorm2d last;
    private boolean endsWithNorm = true;

    ConvNeXt(ConvNeXtConfig config, long seed) {
        this.config = config;
        int width = config.widths().get(0);
        stem = child("stem.0", new Conv2d(3, width, config.stemPatch(), config.stemPatch(), 0, true));
        stemNorm = child("stem.1", new LayerNorm2d(width, EPSILON));
        int number = 0;
        for (int stage = 0; stage < config.depths().size(); stage++) {
            if (stage > 0) {
                addDownsampling(stage);
            }
            for (int i = 0; i < config.depths().get(stage); i++) {
                double dropPath = dropPath(config.dropPath(), number++, config.depths());
                String name = STAGES + stage + ".blocks." + i;
                ConvNeXtBlock block =
                        child(name, new ConvNeXtBlock(config.widths().get(stage), config.layerScale() > 0, dropPath));
                addBlock(name, block::forward);
            }
            endStage(config.widths().get(stage), config.stemPatch() << stage);
        }
        last = child(FINAL_NORM, new LayerNorm2d(config.width(), EPSILON));
        initialise(seed);
        channelsLast();
    }

    private void addDownsampling(int stage) {
        int inputs = config.widths().get(stage - 1);
        String name = STAGES + stage + ".downsample";
        LayerNorm2d norm = child(name + ".0", new LayerNorm2d(inputs, EPSILON));
        Conv2d convolution =
                child(name + ".1", new Conv2d(inputs, config.widths().get(stage), 2, 2, 0, true));
        addDownsampling(name, x -> convolution.forward(norm.forward(x)));
    }

    private void initialise(long seed) {
        for (Parameter parameter : parameters()) {
            String name = parameter.name();
            if (parameter.tensor().dim() > 1) {
                Initialisation.normal(parameter.tensor(), STD, seed, name);
            } else if (name.endsWith(".gamma")) {
                Initialisation.constant(parameter.tensor(), config.layerScale());
            } else {
                // All other 1-D weights belong to norms.
                Initialisation.constant(parameter.tensor(), name.endsWith("weight") ? 1 : 0);
            }
        }
    }

    @Override
    public List<UnaryOperator<Tensor>> blocks() {
        List<UnaryOperator<Tensor>> blocks = blocksBeforeNorm();
        if (endsWithNorm) {
            blocks.add(last::forward);
        }
        return blocks;
    }

    /** Blocks up to the final norm, as a new list. */
    List<UnaryOperator<Tensor>> blocksBeforeNorm() {
        return blocksFrom(images -> stemNorm.forward(stem.forward(Tensors.channelsLast(images))));
    }

    /** Identity: blocks return maps (N, C, H/s, W/s). */
    @Override
    Tensor map(Tensor result, long height, long width) {
        return result;
    }

    @Override
    void leaveOutFinalNorm() {
        endsWithNorm = false;
        remove(last);
    }

    /** Applies the final norm to vectors (N, C) instead of a map. */
    Tensor normOf(Tensor vectors) {
        return last.ofVectors(vectors);
    }

    @Override
    boolean isAfterBlocks(String name) {
        return name.startsWith("head.");
    }

    @Override
    public String headName() {
        return "head.fc";
    }

    @Override
    public ConvNeXtConfig config() {
        return config;
    }
}

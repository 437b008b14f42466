package io.bandpass.encoder;

import io.bandpass.config.EncoderConfig;
import io.bandpass.config.Pooling;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.nn.BlockChain;
import io.bandpass.nn.Initialisation;
import io.bandpass.nn.Layer;
import io.bandpass.nn.LayerNorm;
import io.bandpass.nn.Linear;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * An image classifier: encoder, pooling and linear head (finetuning.md), with timm's names. Mean pooling averages
 * the feature map; for a ViT it averages the patch tokens, and a norm of that mean replaces the final norm of the
 * tokens. ConvNeXt also normalises the mean ({@link HeadNorm}).
 */
public final class Classifier extends Layer {
    private static final double STD = 0.02;

    /** Name of the norm applied to the mean of a ViT's patches. */
    public static final String MEAN_NORM = "fc_norm";

    private final Encoder encoder;
    private final boolean ofClassToken;
    private final Optional<LayerNorm> meanNorm;
    private final Optional<HeadNorm> headNorm;
    private final Linear head;
    private final int classes;

    /**
     * Creates a classifier with newly initialised weights.
     *
     * @param pooling the class token only for a ViT
     * @param headScale factor of the head's initial weights
     */
    public Classifier(EncoderConfig config, Pooling pooling, int classes, double headScale, long seed) {
        this(config, pooling, classes, headScale, seed, HeadNorm.AFTER_MEAN);
    }

    /**
     * Creates a classifier with newly initialised weights.
     *
     * @param norm placement of a ConvNeXt's norm; ignored for other encoders
     */
    public Classifier(EncoderConfig config, Pooling pooling, int classes, double headScale, long seed, HeadNorm norm) {
        this.classes = classes;
        encoder = unnamed(
                config instanceof VisionTransformerConfig vit
                        ? VisionTransformer.uncut(vit, seed)
                        : Encoders.create(config, seed));
        ofClassToken = pooling == Pooling.CLS;
        if (ofClassToken && !(encoder instanceof VisionTransformer)) {
            throw new IllegalArgumentException("only a ViT has a class token to classify by");
        }
        meanNorm = !ofClassToken && encoder instanceof VisionTransformer vit
                ? Optional.of(meanNorm(vit))
                : Optional.empty();
        headNorm = encoder instanceof ConvNeXt ? Optional.of(norm) : Optional.empty();
        head = child(encoder.headName(), new Linear(config.width(), classes));
        for (Parameter parameter : head.parameters()) {
            if (parameter.name().equals("weight")) {
                Initialisation.normal(parameter.tensor(), STD * headScale, seed, encoder.headName());
            }
        }
    }

    private LayerNorm meanNorm(VisionTransformer vit) {
        vit.leaveOutFinalNorm();
        LayerNorm norm = child(MEAN_NORM, new LayerNorm(vit.width(), VisionTransformer.EPSILON));
        for (NamedTensor entry : norm.state()) {
            Initialisation.constant(entry.tensor(), entry.name().equals("weight") ? 1 : 0);
        }
        return norm;
    }

    /** Blocks of {@link #logits} before pooling. */
    public List<UnaryOperator<Tensor>> blocks() {
        if (encoder instanceof VisionTransformer vit) {
            return vit.tokenBlocks();
        }
        return normsMean() ? ((ConvNeXt) encoder).blocksBeforeNorm() : encoder.blocks();
    }

    /**
     * Pools and classifies encoder outputs.
     *
     * @param encoded result of {@link #blocks}: tokens (N, 1 + L, C) of a ViT, a map (N, C, H/s, W/s) of other
     *     encoders
     * @return (N, classes)
     */
    public Tensor head(Tensor encoded) {
        return head.forward(pooled(encoded));
    }

    /**
     * Pools encoder outputs to the input of the linear layer.
     *
     * @param encoded as in {@link #head}
     * @return (N, C)
     */
    public Tensor pooled(Tensor encoded) {
        if (!(encoder instanceof VisionTransformer)) {
            Tensor mean = Tensors.mean(Tensors.atLeastFloat(encoded), 2, 3); // (N, C)
            return normsMean() ? ((ConvNeXt) encoder).normOf(mean) : mean;
        }
        if (meanNorm.isEmpty()) {
            return encoded.select(1, 0); // (N, C)
        }
        Tensor patches = Tensors.slice(encoded, 1, 1, encoded.size(1)); // (N, L, C)
        return meanNorm.get().forward(Tensors.mean(Tensors.atLeastFloat(patches), 1));
    }

    private boolean normsMean() {
        return headNorm.isPresent() && headNorm.get() == HeadNorm.AFTER_MEAN;
    }

    /** Placement of the norm before the head; empty for encoder families without a choice. */
    public Optional<HeadNorm> headNorm() {
        return headNorm;
    }

    /**
     * Classifies a batch.
     *
     * @param images normalised images (N, 3, H, W)
     * @return (N, classes)
     */
    public Tensor logits(Tensor images) {
        return head(BlockChain.forward(blocks(), images));
    }

    public Encoder encoder() {
        return encoder;
    }

    public int classes() {
        return classes;
    }

    @Override
    public int depthOf(String name) {
        return name.startsWith(MEAN_NORM) || name.startsWith(encoder.headName() + ".")
                ? encoder.depth()
                : encoder.depthOf(name);
    }
}

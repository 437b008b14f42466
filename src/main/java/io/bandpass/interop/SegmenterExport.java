package io.bandpass.interop;

import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.interop.BackboneNames.Style;
import io.bandpass.interop.BackboneNames.Trait;
import io.bandpass.interop.CheckpointNaming.Family;
import io.bandpass.nn.RelativePositionBias;
import io.bandpass.torch.Tensors;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Gives a segmentation model the names of mmsegmentation and of the encoders' authors: the inverse of its import. */
final class SegmenterExport {
    private static final String BACKBONE = "backbone.";
    private static final Pattern HEADS = Pattern.compile("(decode_head|auxiliary_head)\\..*");
    private static final Pattern PYRAMID = Pattern.compile("fpn[1-4]\\..*");
    private static final Pattern MERGING = Pattern.compile("layers\\.(\\d{1,3})\\.downsample\\.(.*)");
    private static final NameTemplates CONVNEXT = new NameTemplates()
            .add("downsample_layers.0.*", "stem.*")
            .add("downsample_layers.#.*", "stages.#.downsample.*")
            .add("stages.#.#.dwconv.*", "stages.#.blocks.#.conv_dw.*")
            .add("stages.#.#.pwconv#.*", "stages.#.blocks.#.mlp.fc#.*")
            .add("stages.#.#.*", "stages.#.blocks.#.*");
    private static final NameTemplates BEIT = new NameTemplates().add("blocks.#.gamma_#", "blocks.#.ls#.gamma");

    private final Map<String, Tensor> state;
    private final EncoderConfig encoder;
    private final BackboneNames names;
    private final NameTemplates pyramid;
    private final Map<String, Tensor> result = new TreeMap<>();
    /** Rows of relative tables by the tokens along an edge; all blocks share them. */
    private final Map<Integer, Tensor> indices = new HashMap<>();

    private SegmenterExport(Map<String, Tensor> state, EncoderConfig encoder, BackboneNames names) {
        this.state = state;
        this.encoder = encoder;
        this.names = names;
        // The branch that enlarges four times has two transposed convolutions.
        pyramid = PyramidNames.templates(state.containsKey("fpn1.3.weight"));
    }

    /**
     * Returns the tensors under the other program's names. New ones belong to the caller's scope.
     *
     * @param state of the model, by Bandpass names
     * @param names as the model was imported with
     */
    static Map<String, Tensor> theirs(Map<String, Tensor> state, EncoderConfig encoder, BackboneNames names) {
        SegmenterExport export = new SegmenterExport(state, encoder, names);
        state.forEach(export::add);
        return export.result;
    }

    private void add(String name, Tensor tensor) {
        if (HEADS.matcher(name).matches()) {
            result.put(name, tensor);
        } else if (PYRAMID.matcher(name).matches()) {
            boolean theirs = names.style() != Style.AUTHORS;
            result.put(theirs ? pyramid.there(name).orElse(name) : BACKBONE + name, tensor);
        } else if (encoder instanceof VisionTransformerConfig) {
            addOfVit(name, tensor);
        } else if (encoder instanceof SwinTransformerConfig) {
            addOfSwin(name, tensor);
        } else {
            put(encoder instanceof ConvNeXtConfig ? CONVNEXT.there(name).orElse(name) : name, tensor);
        }
    }

    private void put(String authors, Tensor tensor) {
        result.put(BACKBONE + names.theirs(authors), tensor);
    }

    private void addOfVit(String name, Tensor tensor) {
        if (name.endsWith(".attn.qkv.bias") && names.has(Trait.SPLIT_BIASES)) {
            // The middle third, of the keys, adds the same to all logits of a query, so that softmax does not see it.
            String attention = name.substring(0, name.length() - "qkv.bias".length());
            long width = tensor.size(0) / 3;
            put(attention + "q_bias", Tensors.slice(tensor, 0, 0, width));
            put(attention + "v_bias", Tensors.slice(tensor, 0, 2 * width, 3 * width));
            return;
        }
        if (name.endsWith(".attn.q_bias") && !names.has(Trait.SPLIT_BIASES)) {
            String attention = name.substring(0, name.length() - "q_bias".length());
            Tensor values = Objects.requireNonNull(state.get(attention + "v_bias"), name);
            put(attention + "qkv.bias", torch.cat(new TensorVector(tensor, torch.zeros_like(tensor), values)));
            return;
        }
        boolean joined = name.endsWith(".attn.v_bias") && !names.has(Trait.SPLIT_BIASES);
        boolean unbiased = name.equals(BackboneNames.PATCH_BIAS) && names.has(Trait.NO_PATCH_BIAS);
        if (joined || unbiased) {
            return;
        }
        put(BEIT.there(name).orElse(name), tensor);
        addIndex(name, true, encoder.imageSize() / encoder.stride());
    }

    private void addOfSwin(String name, Tensor tensor) {
        Matcher merging = MERGING.matcher(name);
        // Here merging is at the start of a stage; there it is at the end of the one before.
        String authors = merging.matches()
                ? "layers." + (Integer.parseInt(merging.group(1)) - 1) + ".downsample." + merging.group(2)
                : name;
        boolean unfolds = names.unfolds(Family.SWIN) && UnfoldedMerging.concerns(authors, tensor);
        put(authors, unfolds ? UnfoldedMerging.toUnfolded(tensor) : tensor);
        addIndex(authors, false, ((SwinTransformerConfig) encoder).window());
    }

    /** Adds the rows of a relative table beside it, as programs that load strictly ask for them. */
    private void addIndex(String name, boolean classToken, int edge) {
        if (name.endsWith(RelativePositionBias.TABLE) && names.has(Trait.INDEX_TABLES)) {
            Tensor index = indices.computeIfAbsent(edge, tokens -> RelativePositionBias.rows(tokens, classToken));
            put(name.substring(0, name.length() - RelativePositionBias.TABLE.length()) + BackboneNames.INDEX, index);
        }
    }
}

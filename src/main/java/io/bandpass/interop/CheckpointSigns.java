package io.bandpass.interop;

import io.bandpass.format.SafetensorsHeader;
import io.bandpass.format.WeightsException;
import io.bandpass.interop.CheckpointNaming.Family;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tensor names that reveal an unsupported variant of an encoder. Such a file must not be imported as the plain encoder,
 * not even with {@code --partial}: tensors inside the encoder change what it computes.
 */
final class CheckpointSigns {
    private record Sign(Set<Family> families, Pattern name, String words) {}

    private static final Set<Family> TRANSFORMERS = EnumSet.of(Family.VIT, Family.SWIN);
    private static final String IN_BLOCKS = "(?:layers\\.\\d+\\.)?blocks\\.\\d+\\.";

    private static final List<Sign> SIGNS = List.of(
            sign(
                    TRANSFORMERS,
                    "(?:.*\\.)?(?:rope(?:_.*|\\..*)?|rotary.*|freqs_cis.*|freqs_(?:cos|sin).*)",
                    "rotary positions (RoPE)"),
            sign(TRANSFORMERS, IN_BLOCKS + "attn\\.rel_pos_[hw]", "relative positions of rows and columns apart"),
            sign(TRANSFORMERS, IN_BLOCKS + "attn\\.[qk]_(?:norm|ln)\\..*", "a norm of queries and keys (qk-norm)"),
            sign(
                    TRANSFORMERS,
                    IN_BLOCKS + "attn\\.(?:norm|ln|sub_ln|inner_attn_ln)\\..*",
                    "a norm inside the attention"),
            sign(
                    TRANSFORMERS,
                    IN_BLOCKS + "attn\\.(?:logit_scale|cpb_mlp\\..*|relative_coords_table)",
                    "cosine attention (Swin Transformer V2)"),
            sign(TRANSFORMERS, IN_BLOCKS + "attn\\.proj_[lw]\\..*", "talking heads (CaiT)"),
            sign(Set.of(Family.VIT), "(?:blocks_token_only|cls_attn\\w*)\\..*", "blocks of class attention (CaiT)"),
            sign(TRANSFORMERS, IN_BLOCKS + "attn\\.temperature", "attention between channels (XCiT)"),
            sign(
                    TRANSFORMERS,
                    IN_BLOCKS + "mlp\\.(?:w\\d+|fc1_[gx]|fc_?g|gate\\w*)\\..*",
                    "gated MLPs (SwiGLU or another GLU)"),
            sign(TRANSFORMERS, IN_BLOCKS + "mlp\\.(?:norm|ffn_ln)\\..*", "a norm inside the MLP"),
            sign(
                    Set.of(Family.VIT),
                    "reg_tokens?|register_tokens?|storage_tokens?",
                    "register tokens beside the class token"),
            sign(Set.of(Family.VIT), "dist_token", "a distillation token beside the class token"),
            sign(Set.of(Family.VIT), "norm_pre\\..*", "a norm before its blocks"),
            sign(Set.of(Family.CONVNEXT), "stages\\..*\\.grn\\..*", "global response normalisation (ConvNeXt V2)"),
            sign(Set.of(Family.RESNET), "layer\\d+\\.\\d+\\.(?:se|attn|eca|cbam)\\..*", "attention in its blocks"),
            sign(Set.of(Family.RESNET), "layer\\d+\\.\\d+\\.downsample\\.2\\..*", "shortcuts with pooling (ResNet-D)"),
            sign(Set.of(Family.RESNET), "(?:.*\\.)?filt", "blurred pooling (anti-aliasing)"));

    /** Tensors inside the encoder of a family, whatever their name below: none of them may be skipped. */
    private static final Pattern INSIDE = Pattern.compile(
            "(?:blocks|layers|stages|layer\\d+|patch_embed|stem|conv1|bn1|maxpool|downsample_layers|norm_pre)\\..*",
            Pattern.DOTALL);

    private CheckpointSigns() {}

    /** Compiles a sign. Without DOTALL, a long name with a line break would be retried from every dot. */
    private static Sign sign(Set<Family> families, String name, String words) {
        return new Sign(families, Pattern.compile(name, Pattern.DOTALL), words);
    }

    /**
     * Rejects encoders with such names.
     *
     * @param names encoder names in the file, without prefixes
     * @throws WeightsException if there is one; the message states its meaning
     */
    static void refuse(String source, Family family, Collection<String> names) {
        for (Sign sign : SIGNS) {
            if (!sign.families().contains(family)) {
                continue;
            }
            for (String name : names) {
                if (sign.name().matcher(name).matches()) {
                    throw new WeightsException(
                            source + " has " + sign.words() + ", which no encoder here has: its tensor "
                                    + SafetensorsHeader.shown(name) + " belongs to another model than a plain "
                                    + family.type());
                }
            }
        }
    }

    /**
     * Rejects skipping tensors inside the encoder.
     *
     * @param unexpected names in the file that the encoder does not have
     * @throws WeightsException if one of them is inside the encoder
     */
    static void refuseInside(String source, Family family, Collection<String> unexpected) {
        for (String name : unexpected) {
            if (INSIDE.matcher(name).matches()) {
                throw new WeightsException(source + " is another model than a plain " + family.type() + ": its tensor "
                        + SafetensorsHeader.shown(name) + " stands inside the encoder and has no place there;"
                        + " heads may be left out with `partial`, parts of the encoder may not");
            }
        }
    }
}

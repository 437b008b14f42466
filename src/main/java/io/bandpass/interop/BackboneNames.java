package io.bandpass.interop;

import io.bandpass.format.WeightsException;
import io.bandpass.format.WeightsLoader;
import io.bandpass.interop.CheckpointNaming.Family;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a segmentation checkpoint names its encoder and neck, which its metadata keeps so that an export has the same
 * names again.
 *
 * @param traits details in which checkpoints of one style differ
 */
record BackboneNames(Style style, Set<Trait> traits) {
    /** Programs. */
    enum Style {
        /** The encoders' authors: BEiT, MAE, Swin, ConvNeXt; torchvision's names for a ResNet. */
        AUTHORS,
        /** mmsegmentation's BEiT and MAE, its Swin, and ConvNeXt of its sister program. */
        MMSEGMENTATION,
        /** mmsegmentation's VisionTransformer, whose attention is PyTorch's. */
        MMSEGMENTATION_VIT
    }

    /** Details. */
    enum Trait {
        /** Attention has biases of q and v instead of one of all three. */
        SPLIT_BIASES,
        /** The rows of relative tables are stored beside them. */
        INDEX_TABLES,
        /** The patches of mmsegmentation's ViTs are embedded without a bias. */
        NO_PATCH_BIAS
    }

    /** The bias of the patch embedding, by the authors' name. */
    static final String PATCH_BIAS = "patch_embed.proj.bias";

    static final String INDEX = "relative_position_index";

    private static final String SPLIT_BIAS = ".attn.q_bias";
    private static final Map<Style, NameTemplates> TEMPLATES = templates();

    /** Those of models that were trained here, as their authors' programs load them. */
    static BackboneNames usual() {
        return new BackboneNames(Style.AUTHORS, EnumSet.of(Trait.SPLIT_BIASES, Trait.INDEX_TABLES));
    }

    private static Map<Style, NameTemplates> templates() {
        Map<Style, NameTemplates> templates = new EnumMap<>(Style.class);
        templates.put(Style.AUTHORS, new NameTemplates());
        templates.put(
                Style.MMSEGMENTATION,
                transformer()
                        .add("layers.#.attn.*", "blocks.#.attn.*")
                        .add("stages.#.blocks.#.attn.w_msa.*", "layers.#.blocks.#.attn.*")
                        .add("stages.#.blocks.#.ffn.layers.0.0.*", "layers.#.blocks.#.mlp.fc1.*")
                        .add("stages.#.blocks.#.ffn.layers.1.*", "layers.#.blocks.#.mlp.fc2.*")
                        .add("stages.#.blocks.#.norm#.*", "layers.#.blocks.#.norm#.*")
                        .add("stages.#.downsample.*", "layers.#.downsample.*")
                        .add("stages.#.#.depthwise_conv.*", "stages.#.#.dwconv.*")
                        .add("stages.#.#.pointwise_conv#.*", "stages.#.#.pwconv#.*"));
        templates.put(
                Style.MMSEGMENTATION_VIT,
                transformer()
                        .add("layers.#.attn.attn.in_proj_*", "blocks.#.attn.qkv.*")
                        .add("layers.#.attn.attn.out_proj.*", "blocks.#.attn.proj.*"));
        return templates;
    }

    private static NameTemplates transformer() {
        return new NameTemplates()
                .add("patch_embed.projection.*", "patch_embed.proj.*")
                .add("layers.#.ln#.*", "blocks.#.norm#.*")
                .add("layers.#.ffn.layers.0.0.*", "blocks.#.mlp.fc1.*")
                .add("layers.#.ffn.layers.1.*", "blocks.#.mlp.fc2.*")
                .add("layers.#.gamma_#", "blocks.#.gamma_#");
    }

    /** Recognises the names of an encoder, without a prefix. */
    static BackboneNames of(Collection<String> names) {
        Style style = Style.AUTHORS;
        if (names.contains("layers.0.attn.attn.in_proj_weight")) {
            style = Style.MMSEGMENTATION_VIT;
        } else if (Stream.of(
                        "layers.0.attn.qkv.weight",
                        "stages.0.blocks.0.attn.w_msa.qkv.weight",
                        "stages.0.0.depthwise_conv.weight")
                .anyMatch(names::contains)) {
            style = Style.MMSEGMENTATION;
        }
        Set<Trait> traits = EnumSet.noneOf(Trait.class);
        if (names.stream().anyMatch(name -> name.endsWith(SPLIT_BIAS))) {
            traits.add(Trait.SPLIT_BIASES);
        }
        if (names.stream().anyMatch(name -> name.endsWith(INDEX))) {
            traits.add(Trait.INDEX_TABLES);
        }
        if (names.contains("patch_embed.projection.weight") && !names.contains("patch_embed.projection.bias")) {
            traits.add(Trait.NO_PATCH_BIAS);
        }
        return new BackboneNames(style, traits);
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws WeightsException if it did not
     */
    static BackboneNames parse(String text, String source) {
        Set<String> words = new TreeSet<>(Arrays.asList(text.split(" ")));
        Optional<Style> style = Arrays.stream(Style.values())
                .filter(known -> words.remove(word(known)))
                .findFirst();
        Set<Trait> traits = Arrays.stream(Trait.values())
                .filter(known -> words.remove(word(known)))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Trait.class)));
        if (style.isEmpty() || !words.isEmpty()) {
            throw new WeightsException(source + ": its metadata says names '" + WeightsLoader.shown(text)
                    + "', which are none that import writes");
        }
        return new BackboneNames(style.get(), traits);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the words that {@link #parse} reads. */
    @Override
    public String toString() {
        return Stream.concat(Stream.of(style), traits.stream())
                .map(BackboneNames::word)
                .collect(Collectors.joining(" "));
    }

    boolean has(Trait trait) {
        return traits.contains(trait);
    }

    /** Whether the merging of a Swin has the order of mmcv. */
    boolean unfolds(Family family) {
        return family == Family.SWIN && style == Style.MMSEGMENTATION;
    }

    /** Returns the authors' name of an encoder's tensor. */
    String authors(String name) {
        return templatesOf().here(name).orElse(name);
    }

    /** Returns the name of an encoder's tensor, given the authors'. */
    String theirs(String authors) {
        return templatesOf().there(authors).orElse(authors);
    }

    private NameTemplates templatesOf() {
        return TEMPLATES.getOrDefault(style, new NameTemplates());
    }
}

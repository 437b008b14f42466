package io.bandpass.interop;

import io.bandpass.interop.CheckpointNaming.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;

/** Renaming rules for one family of encoders: the table in docs/weights.md. */
final class NameRules {
    private record Rule(Pattern pattern, String replacement) {
        Rule(String pattern, String replacement) {
            this(Pattern.compile(pattern), replacement);
        }
    }

    private static final Pattern DERIVED = Pattern.compile("(.*\\.)?(relative_position_index|attn_mask)");
    private static final Pattern VIT_HEAD = Pattern.compile("(head|fc_norm)\\.(weight|bias)");
    private static final Pattern STAGED_HEAD = Pattern.compile("head\\.fc\\.(weight|bias)");
    private static final Pattern RESNET_HEAD = Pattern.compile("fc\\.(weight|bias)");
    private static final Pattern LINEAR = Pattern.compile("stages\\.\\d+\\.blocks\\.\\d+\\.mlp\\.fc[12]\\.weight");
    private static final Pattern OLD_MERGING = Pattern.compile("layers\\.(\\d{1,3})\\.downsample\\.(.*)");

    private final Family family;
    private final boolean relativePositions;
    private final boolean mergesAtTheEnd;
    private final List<Rule> rules;

    NameRules(Family family, Set<String> names) {
        this.family = family;
        relativePositions = names.stream().anyMatch(name -> name.endsWith("relative_position_bias_table"));
        mergesAtTheEnd = names.stream().anyMatch(name -> name.startsWith("layers.0.downsample."));
        rules = rules(family, relativePositions);
    }

    private static List<Rule> rules(Family family, boolean relativePositions) {
        List<Rule> rules = new ArrayList<>();
        switch (family) {
            case VIT -> {
                rules.add(
                        relativePositions
                                ? new Rule("(blocks\\.\\d+)\\.ls([12])\\.gamma", "$1.gamma_$2")
                                : new Rule("(blocks\\.\\d+)\\.gamma_([12])", "$1.ls$2.gamma"));
            }
            case SWIN -> rules.add(new Rule("head\\.(weight|bias)", "head.fc.$1"));
            case RESNET -> {
                // Bandpass uses the names of timm and torchvision.
            }
            case CONVNEXT -> {
                rules.add(new Rule("head\\.(weight|bias)", "head.fc.$1"));
                rules.add(new Rule("(norm|norm_pre)\\.(weight|bias)", "head.norm.$2"));
                rules.add(new Rule("downsample_layers\\.0\\.(.*)", "stem.$1"));
                rules.add(new Rule("downsample_layers\\.(\\d+)\\.(.*)", "stages.$1.downsample.$2"));
                rules.add(new Rule("stages\\.(\\d+)\\.(\\d+)\\.dwconv\\.(.*)", "stages.$1.blocks.$2.conv_dw.$3"));
                rules.add(
                        new Rule("stages\\.(\\d+)\\.(\\d+)\\.pwconv([12])\\.(.*)", "stages.$1.blocks.$2.mlp.fc$3.$4"));
                rules.add(new Rule("stages\\.(\\d+)\\.(\\d+)\\.(.*)", "stages.$1.blocks.$2.$3"));
            }
        }
        return rules;
    }

    boolean hasRelativePositions() {
        return relativePositions;
    }

    /** Returns why a tensor is skipped, empty if it is not. */
    String reasonToIgnore(String name) {
        if (DERIVED.matcher(name).matches()) {
            return "follows from the geometry";
        }
        if (name.equals("mask_token")) {
            return "mask token of another pre-training task";
        }
        return name.startsWith("lm_head.") ? "head of BEiT's pre-training" : "";
    }

    /** Returns the Bandpass name of a tensor. */
    String ours(String name) {
        Matcher merging = OLD_MERGING.matcher(name);
        if (family == Family.SWIN && mergesAtTheEnd && merging.matches()) {
            // Here merging is at the end of a stage; timm 1.0 has it at the start of the next.
            return "layers." + (Integer.parseInt(merging.group(1)) + 1) + ".downsample." + merging.group(2);
        }
        for (Rule rule : rules) {
            Matcher matcher = rule.pattern().matcher(name);
            if (matcher.matches()) {
                return matcher.replaceFirst(rule.replacement());
            }
        }
        return name;
    }

    /**
     * Whether a tensor, by its Bandpass name, belongs to a linear classifier rather than the encoder. Layers of a
     * projection head, such as {@code fc.0.weight} or {@code head.mlp.0.weight}, belong to neither.
     */
    boolean isHead(String ours) {
        return heads(family).matcher(ours).matches();
    }

    private static Pattern heads(Family family) {
        return switch (family) {
            case VIT -> VIT_HEAD;
            case SWIN, CONVNEXT -> STAGED_HEAD;
            case RESNET -> RESNET_HEAD;
        };
    }

    /**
     * Returns the value under the Bandpass name: a 1x1 convolution that stands for a linear layer becomes its matrix.
     *
     * @return the tensor itself, or a view of it
     */
    Tensor value(String ours, Tensor tensor) {
        boolean linear = isHead(ours)
                || (family == Family.CONVNEXT && LINEAR.matcher(ours).matches());
        return linear && tensor.dim() == 4 && tensor.size(2) == 1 && tensor.size(3) == 1
                ? tensor.flatten(1, 3) // (outputs, inputs)
                : tensor;
    }
}

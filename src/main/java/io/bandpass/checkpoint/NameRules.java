package io.bandpass.checkpoint;

import io.bandpass.checkpoint.ForeignNames.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How names of one kind of encoder become ours: the table in docs/weights.md. */
final class NameRules {
    private record Rule(Pattern pattern, String replacement) {
        Rule(String pattern, String replacement) {
            this(Pattern.compile(pattern), replacement);
        }
    }

    private static final Pattern DERIVED = Pattern.compile("(.*\\.)?(relative_position_index|attn_mask)");
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
                // The names of timm and torchvision are ours.
            }
            case CONVNEXT -> {
                rules.add(new Rule("head\\.(weight|bias)", "head.fc.$1"));
                rules.add(new Rule("norm\\.(weight|bias)", "head.norm.$1"));
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

    /** Why a tensor is left out, empty if it is not. */
    String reasonToIgnore(String name) {
        if (DERIVED.matcher(name).matches()) {
            return "follows from the geometry";
        }
        if (name.equals("mask_token")) {
            return "mask token of another pre-training task";
        }
        return name.startsWith("lm_head.") ? "head of BEiT's pre-training" : "";
    }

    /** Our name. */
    String ours(String name) {
        Matcher merging = OLD_MERGING.matcher(name);
        if (family == Family.SWIN && mergesAtTheEnd && merging.matches()) {
            // Merging stood at the end of a stage; timm 1.0 has it at the start of the next.
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

    /** Whether a tensor, by our name, belongs to a classifier and not to the encoder. */
    boolean isHead(String ours) {
        return switch (family) {
            case VIT -> ours.startsWith("head.") || ours.startsWith("fc_norm.");
            case SWIN, CONVNEXT -> ours.startsWith("head.fc.");
            case RESNET -> ours.startsWith("fc.");
        };
    }
}

package io.bandpass.interop;

import io.bandpass.interop.CheckpointNaming.Pretraining;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What stands behind an encoder in a pre-training checkpoint: of which task it is, and what it is named here. */
final class DecoderNames {
    private static final String HIDDEN_PATCH_OF_SIMMIM = "encoder.mask_token";
    private static final String HIDDEN_PATCH = "mask_token";
    private static final String OF_MAE = "decoder_";
    private static final String OURS = "decoder.";
    private static final Set<String> PIXEL_SHUFFLE = Set.of("decoder.0.weight", "decoder.0.bias");
    private static final Pattern TRANSFORMER =
            Pattern.compile("decoder\\.(embed|norm|pred\\.0|blocks\\.\\d+)\\..+|decoder\\.pos_embed");
    /** Without these there is no whole decoder, and the encoder alone is taken. */
    private static final List<String> SIGNS_OF_MAE =
            List.of(HIDDEN_PATCH, "decoder_embed.weight", "decoder_blocks.0.attn.qkv.weight", "decoder_pred.weight");

    private final Optional<Pretraining> pretraining;
    private final boolean simMim;

    /** By all names of a file. */
    DecoderNames(Set<String> names) {
        simMim = names.contains(HIDDEN_PATCH_OF_SIMMIM);
        boolean pixelShuffle = decoders(names, name -> PIXEL_SHUFFLE.contains(name));
        if (simMim) {
            pretraining = pixelShuffle ? Optional.of(Pretraining.SIMMIM) : Optional.empty();
        } else if (names.containsAll(SIGNS_OF_MAE)
                && names.stream().noneMatch(name -> name.endsWith("relative_position_bias_table"))) {
            pretraining = Optional.of(Pretraining.MAE);
        } else {
            boolean named = names.stream().anyMatch(name -> name.startsWith("encoder."));
            boolean ofTheMethod = decoders(
                    names,
                    name -> PIXEL_SHUFFLE.contains(name)
                            || TRANSFORMER.matcher(name).matches());
            pretraining = named && ofTheMethod ? Optional.of(Pretraining.MASKED_FREQUENCIES) : Optional.empty();
        }
    }

    private interface Known {
        boolean test(String name);
    }

    /** Whether there is a decoder and nothing in it is unknown. */
    private static boolean decoders(Set<String> names, Known known) {
        List<String> decoder =
                names.stream().filter(name -> name.startsWith("decoder")).toList();
        return !decoder.isEmpty() && decoder.stream().allMatch(known::test);
    }

    /** The task for which the decoder was trained; empty where there is none, or one of another kind. */
    Optional<Pretraining> pretraining() {
        return pretraining;
    }

    /** The name here of a tensor behind the encoder; empty for all others. */
    Optional<String> ours(String name) {
        if (pretraining.isEmpty()) {
            return Optional.empty();
        }
        return switch (pretraining.get()) {
            case MASKED_FREQUENCIES -> name.startsWith(OURS) ? Optional.of(name) : Optional.empty();
            case SIMMIM ->
                name.equals(HIDDEN_PATCH_OF_SIMMIM)
                        ? Optional.of(HIDDEN_PATCH)
                        : name.startsWith(OURS) ? Optional.of(name) : Optional.empty();
            case MAE ->
                name.equals(HIDDEN_PATCH)
                        ? Optional.of(OURS + HIDDEN_PATCH)
                        : name.startsWith(OF_MAE)
                                ? Optional.of(OURS + name.substring(OF_MAE.length()))
                                : Optional.empty();
        };
    }

    /** Why a tensor of a decoder has no name here. */
    String reasonToLeaveOut() {
        return simMim ? "a decoder of SimMIM of another kind" : "a decoder of another kind";
    }
}

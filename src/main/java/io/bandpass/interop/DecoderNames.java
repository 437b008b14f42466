package io.bandpass.interop;

import io.bandpass.interop.CheckpointNaming.Pretraining;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Tensors after the encoder in a pre-training checkpoint: their task and their Bandpass names. */
final class DecoderNames {
    private static final String SIMMIM_MASK_TOKEN = "encoder.mask_token";
    private static final String MASK_TOKEN = "mask_token";
    private static final String MAE_PREFIX = "decoder_";
    private static final String PREFIX = "decoder.";
    private static final Set<String> PIXEL_SHUFFLE = Set.of("decoder.0.weight", "decoder.0.bias");
    private static final Pattern TRANSFORMER =
            Pattern.compile("decoder\\.(embed|norm|pred\\.0|blocks\\.\\d+)\\..+|decoder\\.pos_embed");
    /** If any of these is missing, the decoder is incomplete and only the encoder is imported. */
    private static final List<String> MAE_SIGNS =
            List.of(MASK_TOKEN, "decoder_embed.weight", "decoder_blocks.0.attn.qkv.weight", "decoder_pred.weight");

    private final Optional<Pretraining> pretraining;
    private final boolean simMim;

    /** Recognises the decoder from all names of a file. */
    DecoderNames(Set<String> names) {
        simMim = names.contains(SIMMIM_MASK_TOKEN);
        boolean pixelShuffle = hasDecoder(names, name -> PIXEL_SHUFFLE.contains(name));
        if (simMim) {
            pretraining = pixelShuffle ? Optional.of(Pretraining.SIMMIM) : Optional.empty();
        } else if (names.containsAll(MAE_SIGNS)
                && names.stream().noneMatch(name -> name.endsWith("relative_position_bias_table"))) {
            pretraining = Optional.of(Pretraining.MAE);
        } else {
            boolean named = names.stream().anyMatch(name -> name.startsWith("encoder."));
            boolean maskedFrequencies = hasDecoder(
                    names,
                    name -> PIXEL_SHUFFLE.contains(name)
                            || TRANSFORMER.matcher(name).matches());
            pretraining = named && maskedFrequencies ? Optional.of(Pretraining.MASKED_FREQUENCIES) : Optional.empty();
        }
    }

    private interface Known {
        boolean test(String name);
    }

    /** Whether there is a decoder that contains only known tensors. */
    private static boolean hasDecoder(Set<String> names, Known known) {
        List<String> decoder =
                names.stream().filter(name -> name.startsWith("decoder")).toList();
        return !decoder.isEmpty() && decoder.stream().allMatch(known::test);
    }

    /** Returns the task the decoder was trained for; empty if there is no decoder, or one of another kind. */
    Optional<Pretraining> pretraining() {
        return pretraining;
    }

    /** Returns the Bandpass name of a tensor after the encoder; empty for all others. */
    Optional<String> ours(String name) {
        if (pretraining.isEmpty()) {
            return Optional.empty();
        }
        return switch (pretraining.get()) {
            case MASKED_FREQUENCIES -> name.startsWith(PREFIX) ? Optional.of(name) : Optional.empty();
            case SIMMIM ->
                name.equals(SIMMIM_MASK_TOKEN)
                        ? Optional.of(MASK_TOKEN)
                        : name.startsWith(PREFIX) ? Optional.of(name) : Optional.empty();
            case MAE ->
                name.equals(MASK_TOKEN)
                        ? Optional.of(PREFIX + MASK_TOKEN)
                        : name.startsWith(MAE_PREFIX)
                                ? Optional.of(PREFIX + name.substring(MAE_PREFIX.length()))
                                : Optional.empty();
        };
    }

    /** Returns why the tensors of a decoder are skipped. */
    String reasonToLeaveOut() {
        return simMim ? "a decoder of SimMIM of another kind" : "a decoder of another kind";
    }
}

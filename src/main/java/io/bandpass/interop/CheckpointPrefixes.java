package io.bandpass.interop;

import io.bandpass.format.SafetensorsHeader;
import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;

/** Prefixes of encoder names in other programs' files: wrappers, and the copies of an encoder. */
final class CheckpointPrefixes {
    /** Wrappers, and the attributes under which self-supervised methods keep the trained encoder. */
    private static final List<String> WRAPPERS = List.of(
            "module.",
            "_orig_mod.",
            "model.",
            "net.",
            "backbone.",
            "encoder_q.",
            "base_encoder.",
            "online_encoder.",
            "online_network.",
            "online_model.",
            "student.");

    /** Second copies of the encoder. */
    private static final List<String> COPIES = List.of(
            "encoder_k.",
            "momentum_encoder.",
            "target_encoder.",
            "target_network.",
            "teacher.",
            "ema.",
            "ema_model.",
            "model_ema.",
            "averaged_model.");

    /** MoCo's prefixes, in all versions; the layers after its encoder are a projection, whatever their names. */
    private static final List<String> MOMENTUM_CONTRAST =
            List.of("encoder_q.", "encoder_k.", "base_encoder.", "momentum_encoder.");

    /** Counters of programs that average weights: PyTorch's AveragedModel. */
    private static final Set<String> COUNTERS = Set.of("n_averaged");

    /**
     * The tensors of the selected encoder.
     *
     * @param plain tensors by name without prefixes
     * @param ignored names in the file that are skipped, with the reason
     * @param notices remarks for the user
     */
    record Plain(Map<String, Tensor> plain, Map<String, String> ignored, List<String> notices) {}

    private CheckpointPrefixes() {}

    /**
     * Selects the trained encoder, or a copy of it if there is nothing else.
     *
     * @throws WeightsException if two tensors then have the same name
     */
    static Plain plain(TensorFile file) {
        Map<String, Tensor> plain = new TreeMap<>();
        Map<String, String> ignored = new TreeMap<>();
        String taken = onlyCopy(file.names());
        for (String name : file.names()) {
            String ours = without(name);
            if (!taken.isEmpty() && ours.startsWith(taken)) {
                ours = without(ours.substring(taken.length()));
            }
            if (COUNTERS.contains(ours)) {
                ignored.put(name, "a counter of averages");
            } else if (copy(ours).isPresent()) {
                ignored.put(name, "a second copy or moving average of the weights");
            } else if (plain.put(ours, file.get(name)) != null) {
                throw new WeightsException(
                        file.source() + " has two tensors that are named " + SafetensorsHeader.shown(ours));
            }
        }
        List<String> notices = new ArrayList<>();
        if (!taken.isEmpty()) {
            notices.add("all weights are named " + taken
                    + "*, as a second copy or moving average is; there are no others, and these are taken");
        }
        return new Plain(plain, ignored, notices);
    }

    /** Returns the prefix of the copy that all tensors belong to, empty if there is no such copy. */
    private static String onlyCopy(Collection<String> names) {
        Set<String> copies = new TreeSet<>();
        for (String name : names) {
            String ours = without(name);
            if (!COUNTERS.contains(ours)) {
                copies.add(copy(ours).orElse(""));
            }
        }
        return copies.size() == 1 ? copies.iterator().next() : "";
    }

    private static Optional<String> copy(String ours) {
        return COPIES.stream().filter(ours::startsWith).findFirst();
    }

    /** Removes the prefixes of wrappers, in a loop rather than recursively, as a name may consist of nothing else. */
    static String without(String name) {
        int from = 0;
        boolean found = true;
        while (found) {
            found = false;
            for (String prefix : WRAPPERS) {
                if (name.startsWith(prefix, from)) {
                    from += prefix.length();
                    found = true;
                }
            }
        }
        return name.substring(from);
    }

    /** Whether the names are MoCo's. */
    static boolean areOfMomentumContrast(Collection<String> names) {
        return names.stream()
                .anyMatch(name -> MOMENTUM_CONTRAST.stream()
                        .anyMatch(prefix -> name.startsWith(prefix) || name.contains("." + prefix)));
    }
}

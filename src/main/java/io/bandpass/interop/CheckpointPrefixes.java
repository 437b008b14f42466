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

/** What stands before the names of an encoder in files of other programs: wrappers, and which of several copies it is. */
final class CheckpointPrefixes {
    /** Wrappers, and where self-supervised methods keep the encoder that is trained. */
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

    /** Second copies beside it. */
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

    /** Of MoCo in its versions, in which what stands behind the encoder is a projection, whatever it is called. */
    private static final List<String> MOMENTUM_CONTRAST =
            List.of("encoder_q.", "encoder_k.", "base_encoder.", "momentum_encoder.");

    /** What programs that average weights count beside them: PyTorch's AveragedModel. */
    private static final Set<String> COUNTERS = Set.of("n_averaged");

    /**
     * The tensors of the encoder that is taken.
     *
     * @param plain by their names without prefixes
     * @param ignored names of the file that are left out, with the reason
     * @param notices what else a person should know
     */
    record Plain(Map<String, Tensor> plain, Map<String, String> ignored, List<String> notices) {}

    private CheckpointPrefixes() {}

    /**
     * Takes the encoder that is trained, and where there is nothing but a copy of one, that copy.
     *
     * @throws WeightsException if two tensors have the same name then
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

    /** The prefix of the copy that all tensors are of, empty if they are not of one. */
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

    /** Without the prefixes of wrappers; in one go, as a name may be made of nothing else. */
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

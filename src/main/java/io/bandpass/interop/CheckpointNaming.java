package io.bandpass.interop;

import io.bandpass.format.SafetensorsHeader;
import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Converts tensor names of other programs to those of Bandpass, which are timm's. */
public final class CheckpointNaming {
    /** Families of encoders, each with its value of {@code encoder.type}. */
    public enum Family {
        VIT("vit", "blocks.0.attn.qkv.weight"),
        SWIN("swin", "layers.0.blocks.0.attn.qkv.weight"),
        RESNET("resnet", "layer1.0.conv1.weight"),
        CONVNEXT("convnext", "stages.0.blocks.0.conv_dw.weight");

        private final String type;
        private final String sign;

        Family(String type, String sign) {
            this.type = type;
            this.sign = sign;
        }

        public String type() {
            return type;
        }
    }

    /** The pre-training methods whose decoders are known. */
    public enum Pretraining {
        /** The method's authors: masked frequencies or a restoration task. */
        MASKED_FREQUENCIES,
        SIMMIM,
        MAE
    }

    /**
     * The parts of a checkpoint under Bandpass names. The tensors belong to the file or to the scope that created them.
     *
     * @param encoder encoder tensors without prefix
     * @param decoder tensors of a pre-training task after the encoder, with the names of the full model; empty if there
     *     are none, or none that are known
     * @param pretraining the task that the decoder belongs to
     * @param head classifier head with anything between it and the encoder; empty if there is none
     * @param normBeforeMean whether a ConvNeXt has its last norm before the pooling, according to its names
     * @param momentumContrast whether the names are MoCo's
     * @param ignored names in the file that are skipped on purpose, with the reason
     * @param notices remarks for the user
     */
    public record Parts(
            Family family,
            Map<String, Tensor> encoder,
            Map<String, Tensor> decoder,
            Optional<Pretraining> pretraining,
            Map<String, Tensor> head,
            boolean normBeforeMean,
            boolean momentumContrast,
            Map<String, String> ignored,
            List<String> notices) {
        private Parts ofMomentumContrast() {
            return new Parts(family, encoder, decoder, pretraining, head, normBeforeMean, true, ignored, notices);
        }

        /** Returns all parts with the names of a full model. A head belongs to no task, and so to no full model. */
        public Map<String, Tensor> named() {
            Map<String, Tensor> named = new LinkedHashMap<>();
            encoder.forEach((name, tensor) -> named.put(ENCODER + name, tensor));
            named.putAll(decoder);
            named.putAll(head);
            return named;
        }
    }

    private static final String ENCODER = "encoder.";

    private CheckpointNaming() {}

    /**
     * Assigns every tensor of a file to its part.
     *
     * @throws WeightsException if the encoder is of no known kind
     */
    public static Parts map(TensorFile file) {
        CheckpointPrefixes.Plain taken = CheckpointPrefixes.plain(file);
        Map<String, Tensor> plain = taken.plain();
        Map<String, String> ignored = taken.ignored();
        boolean named = plain.keySet().stream().anyMatch(name -> name.startsWith(ENCODER));
        DecoderNames decoders = new DecoderNames(plain.keySet());
        Map<String, Tensor> decoder = new LinkedHashMap<>();
        Map<String, Tensor> rest = new LinkedHashMap<>();
        plain.forEach((name, tensor) -> {
            Optional<String> ours = decoders.ours(name);
            if (ours.isPresent()) {
                decoder.put(ours.get(), tensor);
            } else if (name.startsWith("decoder")) {
                ignored.put(name, decoders.reasonToLeaveOut());
            } else {
                String inner = named && name.startsWith(ENCODER)
                        ? CheckpointPrefixes.without(name.substring(ENCODER.length()))
                        : name;
                if (rest.put(inner, tensor) != null) {
                    throw new WeightsException(file.source() + " has two tensors that are named " + shown(inner));
                }
            }
        });
        List<String> notices = new ArrayList<>(taken.notices());
        alignBiases("decoder.", decoder, false, notices);
        Parts parts = place(file.source(), rest, decoder, decoders.pretraining(), ignored, notices);
        return CheckpointPrefixes.areOfMomentumContrast(file.names()) ? parts.ofMomentumContrast() : parts;
    }

    private static String shown(String name) {
        return SafetensorsHeader.shown(name);
    }

    private static Parts place(
            String source,
            Map<String, Tensor> rest,
            Map<String, Tensor> decoder,
            Optional<Pretraining> pretraining,
            Map<String, String> ignored,
            List<String> notices) {
        Family family = family(source, rest.keySet());
        CheckpointSigns.refuse(source, family, rest.keySet());
        NameRules rules = new NameRules(family, rest.keySet());
        Map<String, Tensor> encoder = new LinkedHashMap<>();
        Map<String, Tensor> head = new LinkedHashMap<>();
        rest.forEach((name, tensor) -> {
            String reason = rules.reasonToIgnore(name);
            if (!reason.isEmpty()) {
                ignored.put(name, reason);
                return;
            }
            String ours = rules.ours(name);
            if ((rules.isHead(ours) ? head : encoder).put(ours, rules.value(ours, tensor)) != null) {
                throw new WeightsException(source + " has two tensors that stand for " + shown(ours));
            }
        });
        if (family == Family.VIT) {
            alignBiases("", encoder, rules.hasRelativePositions(), notices);
        }
        if (family == Family.RESNET) {
            addCounters(encoder, notices);
        }
        boolean normBeforeMean = family == Family.CONVNEXT && rest.containsKey("norm_pre.weight");
        return new Parts(family, encoder, decoder, pretraining, head, normBeforeMean, false, ignored, notices);
    }

    private static Family family(String source, Set<String> names) {
        if (names.contains("stages.0.0.dwconv.weight")) {
            return Family.CONVNEXT;
        }
        for (Family family : Family.values()) {
            if (names.contains(family.sign)) {
                return family;
            }
        }
        Set<String> signs = new LinkedHashSet<>();
        for (Family family : Family.values()) {
            signs.add(family.sign + " (" + family.type + ")");
        }
        throw new WeightsException(
                source + " holds no encoder of a known kind: none of " + String.join(", ", signs) + " is there");
    }

    /**
     * Converts attention biases: a single {@code qkv.bias} without a relative position bias, {@code q_bias} and {@code
     * v_bias} with one. Key biases are set to 0, which leaves the model unchanged: a key bias b adds q.b to every logit
     * of a query q, and the softmax over the keys is invariant to it.
     */
    private static void alignBiases(
            String prefix, Map<String, Tensor> encoder, boolean relative, List<String> notices) {
        int zeroed = 0;
        for (int block = 0; encoder.containsKey(prefix + "blocks." + block + ".attn.qkv.weight"); block++) {
            String attention = prefix + "blocks." + block + ".attn.";
            Tensor q = encoder.get(attention + "q_bias");
            Tensor v = encoder.get(attention + "v_bias");
            Tensor all = encoder.get(attention + "qkv.bias");
            if (all != null && isVector(all) && all.size(0) % 3 == 0) {
                long width = all.size(0) / 3;
                Tensor keys = Tensors.slice(all, 0, width, 2 * width); // (C)
                zeroed += keys.count_nonzero().item_long() > 0 ? 1 : 0;
                Tensor queries = Tensors.slice(all, 0, 0, width);
                Tensor values = Tensors.slice(all, 0, 2 * width, 3 * width);
                if (relative) {
                    encoder.remove(attention + "qkv.bias");
                    encoder.put(attention + "q_bias", queries);
                    encoder.put(attention + "v_bias", values);
                } else {
                    encoder.put(attention + "qkv.bias", qkvBias(queries, values));
                }
            } else if (!relative && q != null && v != null && isVector(q) && isVector(v)) {
                encoder.remove(attention + "q_bias");
                encoder.remove(attention + "v_bias");
                encoder.put(attention + "qkv.bias", qkvBias(q, v));
            }
        }
        if (zeroed > 0) {
            notices.add("the biases of the keys in " + zeroed + " blocks" + (prefix.isEmpty() ? "" : " of the decoder")
                    + " were set to 0, which leaves the model the same:"
                    + " they add the same number to all logits of a query");
        }
    }

    private static boolean isVector(Tensor tensor) {
        return Tensors.shape(tensor).length == 1;
    }

    private static Tensor qkvBias(Tensor queries, Tensor values) {
        return torch.cat(new TensorVector(queries, torch.zeros_like(queries), values));
    }

    /** Adds batch-norm counters, which files before PyTorch 0.4.1 lack; with a fixed momentum they are unused. */
    static void addCounters(Map<String, Tensor> encoder, List<String> notices) {
        int added = 0;
        for (String name : List.copyOf(encoder.keySet())) {
            String counter = name.replaceFirst("\\.running_mean$", ".num_batches_tracked");
            if (!counter.equals(name) && !encoder.containsKey(counter)) {
                encoder.put(counter, Tensors.zeros(torch.ScalarType.Long));
                added++;
            }
        }
        if (added > 0) {
            notices.add(added + " counters of batches, which the file lacks, were set to 0");
        }
    }
}

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

/** From the names of other programs to those of Bandpass, which are timm's. */
public final class CheckpointNaming {
    /** The kinds of encoders, with the word of {@code encoder.type}. */
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

    /** The programs whose decoders are known, by what they pre-train with. */
    public enum Pretraining {
        /** The method's authors: masked frequencies or a restoration task. */
        MASKED_FREQUENCIES,
        SIMMIM,
        MAE
    }

    /**
     * The parts of a file under our names. The tensors are the file's, or belong to the scope in which they were made.
     *
     * @param encoder without prefix
     * @param decoder what a pre-training task has behind the encoder, with the names of the full model; empty if there is
     *     none, or none that is known
     * @param pretraining the task that it belongs to
     * @param head of a classifier, with what stands between it and the encoder; empty if there is none
     * @param normBeforeMean whether a ConvNeXt has its last norm before the pooling, as its names say
     * @param momentumContrast whether the names are MoCo's
     * @param ignored names of the file that are left out on purpose, with the reason
     * @param notices what else a person should know
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

        /** All parts with the names of a full model. A head is of no task, and so it is of no full model either. */
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
     * Gives every tensor of a file its place.
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
     * Without a relative position bias there is one {@code qkv.bias}, with it a {@code q_bias} and a {@code v_bias}.
     * Where a file has biases of the keys too, they become 0. The result is the same model: a bias b of the keys adds
     * q.b to the logits of all keys of a query q alike, and the softmax over them does not change.
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
                Tensor keys = Tensors.slice(all, 0, width, 2 * width);
                zeroed += keys.count_nonzero().item_long() > 0 ? 1 : 0;
                Tensor queries = Tensors.slice(all, 0, 0, width);
                Tensor values = Tensors.slice(all, 0, 2 * width, 3 * width);
                if (relative) {
                    encoder.remove(attention + "qkv.bias");
                    encoder.put(attention + "q_bias", queries);
                    encoder.put(attention + "v_bias", values);
                } else {
                    encoder.put(attention + "qkv.bias", stacked(queries, values));
                }
            } else if (!relative && q != null && v != null && isVector(q) && isVector(v)) {
                encoder.remove(attention + "q_bias");
                encoder.remove(attention + "v_bias");
                encoder.put(attention + "qkv.bias", stacked(q, v));
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

    private static Tensor stacked(Tensor queries, Tensor values) {
        return torch.cat(new TensorVector(queries, torch.zeros_like(queries), values));
    }

    /** Files before PyTorch 0.4.1 do not count the batches of batch norm, and with a fixed momentum none are needed. */
    private static void addCounters(Map<String, Tensor> encoder, List<String> notices) {
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

package io.bandpass.testing;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.format.Safetensors;
import io.bandpass.nn.NamedTensor;
import io.bandpass.pretext.PretextTask;
import io.bandpass.pretext.PretextTasks;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Models of which no tensor has its starting value, and the files of other programs that would hold the same. */
public final class RandomWeights {
    private static final double SPREAD = 0.1;

    private RandomWeights() {}

    /** The state of a task with noise on everything that is trained or counted; the tensors belong to the open scope. */
    public static Map<String, Tensor> state(PretrainingConfig config, int seed) {
        torch.manual_seed(seed);
        Map<String, Tensor> state = new LinkedHashMap<>();
        try (NoGradGuard guard = new NoGradGuard();
                PretextTask task = PretextTasks.create(config, Compute.cpu())) {
            Map<String, Tensor> buffers = NamedTensor.byName(task.buffers());
            for (NamedTensor entry : task.state()) {
                Tensor value = entry.tensor().detach().clone();
                boolean fixed =
                        buffers.containsKey(entry.name()) && entry.name().endsWith("pos_embed");
                if (!fixed && value.scalar_type().intern() == ScalarType.Float) {
                    Tensor noise = Tensors.multiply(torch.randn_like(value), SPREAD);
                    // A variance must stay above 0.
                    value.add_(entry.name().endsWith("running_var") ? noise.abs() : noise);
                }
                if (entry.name().endsWith("attn.qkv.bias") && !entry.name().contains("layers.")) {
                    keys(value).zero_();
                }
                state.put(entry.name(), value);
            }
        }
        return state;
    }

    /** The third of a bias of queries, keys and values that belongs to the keys. */
    public static Tensor keys(Tensor bias) {
        long width = bias.size(0) / 3;
        return Tensors.slice(bias, 0, width, 2 * width);
    }

    /** Writes the state as our own full model. */
    public static Path ours(Path file, Map<String, Tensor> state, PretrainingConfig config) throws IOException {
        Safetensors.write(file, state, Map.of("config", ConfigBuilder.toYaml(config), "kind", "full"));
        return file;
    }

    /**
     * The names that MAE's published checkpoints have. Their biases of the keys, which change nothing, are not 0.
     */
    public static Map<String, Tensor> mae(Map<String, Tensor> ours) {
        Map<String, Tensor> theirs = new LinkedHashMap<>();
        ours.forEach((name, value) -> {
            String plain = name.replaceFirst("^encoder\\.", "")
                    .replaceFirst("^decoder\\.mask_token", "mask_token")
                    .replaceFirst("^decoder\\.", "decoder_");
            if (plain.endsWith("attn.qkv.bias")) {
                value = value.clone();
                keys(value).copy_(torch.randn_like(keys(value)));
            }
            theirs.put(plain, value);
        });
        return theirs;
    }

    /**
     * The names of the method's authors, which are SimMIM's too: biases of a ViT's q and v apart, merging of a Swin at the
     * end of a stage, what follows from the geometry stored beside.
     */
    public static Map<String, Tensor> authors(Map<String, Tensor> ours) {
        Map<String, Tensor> theirs = new LinkedHashMap<>();
        ours.forEach((name, value) -> {
            if (name.equals("mask_token")) {
                theirs.put("encoder.mask_token", value);
            } else if (name.endsWith("attn.qkv.bias") && !name.contains("layers.")) {
                long width = value.size(0) / 3;
                String attention = name.substring(0, name.length() - "qkv.bias".length());
                theirs.put(
                        attention + "q_bias", Tensors.slice(value, 0, 0, width).clone());
                theirs.put(
                        attention + "v_bias",
                        Tensors.slice(value, 0, 2 * width, 3 * width).clone());
            } else {
                theirs.put(GoldenState.authorsName(name), value);
            }
            if (name.endsWith("relative_position_bias_table")) {
                theirs.put(
                        name.replace("bias_table", "index"), torch.zeros(4, 4).to(ScalarType.Long));
            }
        });
        return theirs;
    }

    /** The same state with some names left out. */
    public static Map<String, Tensor> without(Map<String, Tensor> state, String start) {
        return state.entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith(start))
                .collect(Collectors.toMap(
                        Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one, LinkedHashMap::new));
    }
}

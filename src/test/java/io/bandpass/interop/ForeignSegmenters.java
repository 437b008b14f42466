package io.bandpass.interop;

import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The golden segmentation models under the names of other programs. */
final class ForeignSegmenters {
    private static final int EDGE = 2;

    private ForeignSegmenters() {}

    /** The golden ViT as BEiT's program names it. */
    static Map<String, Tensor> beit(TensorFile golden) {
        return authors(golden, "vit.state.");
    }

    /** The golden ResNet or Swin of the golden models, the latter with timm's merging at the start of a stage. */
    static Map<String, Tensor> authors(TensorFile golden, String prefix) {
        Map<String, Tensor> state = new TreeMap<>();
        golden.names().stream().filter(name -> name.startsWith(prefix)).forEach(name -> {
            String there = name.substring(prefix.length());
            boolean head = there.startsWith("decode_head.") || there.startsWith("auxiliary_head.");
            state.put(head ? there : "backbone." + there.replaceFirst("^encoder\\.", ""), golden.get(name));
        });
        return state;
    }

    /** The golden Swin as its authors name it, with the merging at the end of a stage. */
    static Map<String, Tensor> swin(TensorFile golden) {
        Map<String, Tensor> state = new TreeMap<>();
        authors(golden, "swin.state.").forEach((name, tensor) -> {
            String there = name;
            for (int stage = 1; stage < 4; stage++) {
                there = name.startsWith("backbone.layers." + stage + ".downsample.")
                        ? name.replace("layers." + stage, "layers." + (stage - 1))
                        : there;
            }
            state.put(there, tensor);
        });
        return state;
    }

    /** BEiT's names as mmsegmentation's VisionTransformer with the pyramid of its BEiT. */
    static Map<String, Tensor> mmsegmentationVit(Map<String, Tensor> beit) {
        Map<String, Tensor> state = new TreeMap<>();
        beit.forEach((name, tensor) -> {
            if (name.endsWith(".attn.q_bias")) {
                Tensor values = beit.get(name.replace("q_bias", "v_bias"));
                state.put(
                        name.replace("blocks", "layers").replace("attn.q_bias", "attn.attn.in_proj_bias"),
                        torch.cat(new TensorVector(tensor, torch.zeros_like(tensor), values)));
            } else if (!name.endsWith(".attn.v_bias") && !name.contains(".fc_norm.")) {
                state.put(
                        name.replace("patch_embed.proj.", "patch_embed.projection.")
                                .replace("blocks", "layers")
                                .replaceFirst("\\.norm([12])\\.", ".ln$1.")
                                .replace("attn.qkv.weight", "attn.attn.in_proj_weight")
                                .replace("attn.proj.", "attn.attn.out_proj.")
                                .replace("mlp.fc1.", "ffn.layers.0.0.")
                                .replace("mlp.fc2.", "ffn.layers.1.")
                                .replace("backbone.fpn1.", "neck.upsample_4x.")
                                .replace("backbone.fpn2.", "neck.upsample_2x."),
                        tensor);
            }
        });
        return state;
    }

    /** The authors' names of a Swin as mmsegmentation's, whose merging unfolds maps. */
    static Map<String, Tensor> mmsegmentationSwin(Map<String, Tensor> authors) {
        Map<String, Tensor> state = new TreeMap<>();
        authors.forEach((name, tensor) -> state.put(
                name.replace("patch_embed.proj.", "patch_embed.projection.")
                        .replace("backbone.layers.", "backbone.stages.")
                        .replace(".attn.", ".attn.w_msa.")
                        .replace("mlp.fc1.", "ffn.layers.0.0.")
                        .replace("mlp.fc2.", "ffn.layers.1."),
                name.contains(".downsample.") ? unfolded(tensor) : tensor));
        return state;
    }

    /** Channel by channel, with its cells row by row, instead of cell by cell, and these column by column. */
    private static Tensor unfolded(Tensor cells) {
        long last = cells.dim() - 1;
        long channels = cells.size(last) / (EDGE * EDGE);
        TensorVector order = new TensorVector();
        for (long channel = 0; channel < channels; channel++) {
            for (int row = 0; row < EDGE; row++) {
                for (int column = 0; column < EDGE; column++) {
                    long from = (column * EDGE + row) * channels + channel;
                    order.push_back(cells.narrow(last, from, 1));
                }
            }
        }
        return torch.cat(order, last);
    }

    /** Names of a palette of five classes. */
    static Map<String, Object> meta() {
        return Map.of(
                "CLASSES",
                List.of("table", "saucer", "cup", "coffee", "spoon"),
                "PALETTE",
                List.of(
                        List.of(120, 120, 120),
                        List.of(180, 120, 120),
                        List.of(6, 230, 230),
                        List.of(80, 50, 50),
                        List.of(4, 200, 255)));
    }

    static TensorFile models() {
        return Golden.tensors("segmentation_models");
    }
}

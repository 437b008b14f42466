package io.bandpass.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.format.TensorFile;
import io.bandpass.nn.NamedTensor;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Puts states of the authors' program into models with the names of timm 1.0. */
public final class GoldenState {
    private GoldenState() {}

    public static void load(List<NamedTensor> state, TensorFile golden, String prefix) {
        try (NoGradGuard guard = new NoGradGuard()) {
            for (NamedTensor entry : state) {
                Tensor value = value(golden, prefix + entry.name());
                assertThat(Tensors.shape(entry.tensor())).as(entry.name()).isEqualTo(Tensors.shape(value));
                entry.tensor().copy_(value);
            }
        }
    }

    /** The value under the authors' name; for {@code attn.qkv.bias} of a ViT that of q, zeros, and that of v. */
    public static Tensor value(TensorFile golden, String name) {
        String theirs = authorsName(name);
        if (theirs.endsWith("attn.qkv.bias") && golden.find(theirs) == null) {
            String stem = theirs.substring(0, theirs.length() - "qkv.bias".length());
            Tensor q = golden.get(stem + "q_bias");
            return torch.cat(new TensorVector(q, torch.zeros_like(q), golden.get(stem + "v_bias")));
        }
        return golden.get(theirs);
    }

    /** In timm 1.0 what merges the patches between two stages of Swin belongs to the second, there to the first. */
    public static String authorsName(String name) {
        return Pattern.compile("layers\\.(\\d+)\\.downsample")
                .matcher(name)
                .replaceAll(stage -> "layers." + (Integer.parseInt(stage.group(1)) - 1) + ".downsample");
    }
}

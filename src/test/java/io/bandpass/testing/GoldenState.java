package io.bandpass.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.checkpoint.TensorFile;
import io.bandpass.nn.NamedTensor;
import io.bandpass.torch.Tensors;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Puts states of the authors' program, where q and v have a bias each, into models with one qkv.bias. */
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

    /** The value under the authors' name; for {@code attn.qkv.bias} that of q, zeros, and that of v. */
    public static Tensor value(TensorFile golden, String name) {
        if (name.endsWith("attn.qkv.bias")) {
            String stem = name.substring(0, name.length() - "qkv.bias".length());
            Tensor q = golden.get(stem + "q_bias");
            return torch.cat(new TensorVector(q, torch.zeros_like(q), golden.get(stem + "v_bias")));
        }
        return golden.get(name);
    }
}

package io.bandpass.testing;

import io.bandpass.frequency.SpectrumOracle;
import io.bandpass.torch.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Masked frequency modeling with a ViT once more: sections 1 to 4 of method.md written out in float64 with sums, products
 * and reshapes, on a state with the authors' names. Nothing of it is used by the program, and it uses nothing of it.
 */
public final class VitOracle {
    private static final double EPSILON = 1e-6;
    private static final double[] MEAN = {0.485, 0.456, 0.406};
    private static final double[] STD = {0.229, 0.224, 0.225};

    private final Map<String, Tensor> state = new LinkedHashMap<>();
    private final int heads;
    private final int depth;

    /** A copy of a state, to be trained; tensors belong to the open scope. */
    public VitOracle(Map<String, Tensor> authorsState, int heads) {
        this.heads = heads;
        authorsState.forEach((name, value) -> {
            Tensor exact = value.detach().to(ScalarType.Double).clone();
            exact.set_requires_grad(true);
            state.put(name, exact);
        });
        depth = (int) state.keySet().stream()
                .filter(name -> name.endsWith(".attn.qkv.weight"))
                .count();
    }

    /** What is trained, by the authors' names. */
    public Map<String, Tensor> parameters() {
        return state;
    }

    private Tensor get(String name) {
        return Objects.requireNonNull(state.get(name), name);
    }

    /** Centred masks (N, size, size): 1 where an image keeps a frequency. */
    public static Tensor circles(int size, double radius, boolean... low) {
        float[] masks = new float[low.length * size * size];
        for (int i = 0; i < masks.length; i++) {
            int v = i / size % size - size / 2;
            int u = i % size - size / 2;
            boolean inside = v * v + u * u < radius * radius;
            masks[i] = inside == low[i / size / size] ? 1 : 0;
        }
        return Tensors.ofFloats(masks, low.length, size, size).to(ScalarType.Double);
    }

    /** Images in [0, 1] without the frequencies that their masks remove. */
    public static Tensor corrupt(Tensor unit, Tensor masks) {
        return SpectrumOracle.filter(unit, masks)
                .clamp(new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(1.0)));
    }

    /** By the mean and deviation of ImageNet. */
    public static Tensor normalise(Tensor unit) {
        TensorVector channels = new TensorVector();
        for (int c = 0; c < MEAN.length; c++) {
            channels.push_back(Tensors.multiply(Tensors.add(unit.select(1, c), -MEAN[c]), 1 / STD[c]));
        }
        return torch.stack(channels, 1);
    }

    /** From normalised values back to those in [0, 1]. */
    public static Tensor unit(Tensor normalised) {
        TensorVector channels = new TensorVector();
        for (int c = 0; c < MEAN.length; c++) {
            channels.push_back(Tensors.add(Tensors.multiply(normalised.select(1, c), STD[c]), MEAN[c]));
        }
        return torch.stack(channels, 1);
    }

    /** The loss of a batch (N, 3, S, S) in [0, 1] with its masks: one quotient over the whole batch. */
    public Tensor loss(Tensor unit, Tensor masks) {
        return SpectrumOracle.masked(predict(normalise(corrupt(unit, masks))), normalise(unit), masks, 1);
    }

    /** Class token and patches behind the final norm, (N, 1 + L, C). */
    public Tensor tokens(Tensor normalised) {
        Tensor kernel = get("encoder.patch_embed.proj.weight");
        long patch = kernel.size(2);
        long grid = normalised.size(2) / patch;
        Tensor patches = normalised
                .view(normalised.size(0), 3, grid, patch, grid, patch)
                .permute(0, 2, 4, 1, 3, 5)
                .reshape(normalised.size(0), grid * grid, 3 * patch * patch);
        Tensor embedded = product(patches, kernel.reshape(kernel.size(0), -1), "encoder.patch_embed.proj.bias");
        Tensor token = get("encoder.cls_token").expand(normalised.size(0), 1, kernel.size(0));
        Tensor x = torch.cat(new TensorVector(token, embedded), 1).add(get("encoder.pos_embed"));
        for (int block = 0; block < depth; block++) {
            String name = "encoder.blocks." + block + ".";
            x = x.add(attention(norm(x, name + "norm1."), name + "attn."));
            x = x.add(mlp(norm(x, name + "norm2."), name + "mlp."));
        }
        return norm(x, "encoder.norm.");
    }

    /** The prediction for normalised images, (N, 3, S, S). */
    public Tensor predict(Tensor normalised) {
        Tensor tokens = tokens(normalised);
        long length = tokens.size(1);
        Tensor kernel = get("decoder.0.weight");
        Tensor values =
                product(Tensors.slice(tokens, 1, 1, length), kernel.reshape(kernel.size(0), -1), "decoder.0.bias");
        long grid = Math.round(Math.sqrt(length - 1.0));
        long patch = normalised.size(2) / grid;
        // Channel (c, dy, dx) of cell (row, column) is the pixel (row * patch + dy, column * patch + dx) of channel c.
        return values.view(normalised.size(0), grid, grid, 3, patch, patch)
                .permute(0, 3, 1, 4, 2, 5)
                .reshape(normalised.size(0), 3, grid * patch, grid * patch);
    }

    private Tensor product(Tensor x, Tensor matrix, String bias) {
        return torch.matmul(x, matrix.t()).add(get(bias));
    }

    private Tensor norm(Tensor x, String name) {
        Tensor centred = x.sub(Tensors.mean(x, -1).unsqueeze(-1));
        Tensor variance = Tensors.mean(centred.mul(centred), -1).unsqueeze(-1);
        return centred.div(Tensors.add(variance, EPSILON).sqrt())
                .mul(get(name + "weight"))
                .add(get(name + "bias"));
    }

    private Tensor attention(Tensor x, String name) {
        long width = x.size(2);
        Tensor all = torch.matmul(x, get(name + "qkv.weight").t());
        Tensor q = heads(Tensors.slice(all, 2, 0, width).add(get(name + "q_bias")));
        Tensor k = heads(Tensors.slice(all, 2, width, 2 * width));
        Tensor v = heads(Tensors.slice(all, 2, 2 * width, 3 * width).add(get(name + "v_bias")));
        Tensor logits = Tensors.multiply(torch.matmul(q, k.transpose(2, 3)), 1 / Math.sqrt((double) width / heads));
        Tensor weights = logits.exp();
        Tensor mixed = torch.matmul(weights.div(Tensors.sum(weights, -1).unsqueeze(-1)), v);
        return product(
                mixed.transpose(1, 2).reshape(x.size(0), x.size(1), width),
                get(name + "proj.weight"),
                name + "proj.bias");
    }

    /** (N, T, C) to (N, heads, T, C / heads). */
    private Tensor heads(Tensor x) {
        return x.reshape(x.size(0), x.size(1), heads, x.size(2) / heads).transpose(1, 2);
    }

    private Tensor mlp(Tensor x, String name) {
        Tensor hidden = product(x, get(name + "fc1.weight"), name + "fc1.bias");
        Tensor erf = torch.erf(Tensors.multiply(hidden, Math.sqrt(0.5)));
        Tensor gelu = Tensors.multiply(hidden.mul(Tensors.add(erf, 1)), 0.5);
        return product(gelu, get(name + "fc2.weight"), name + "fc2.bias");
    }
}

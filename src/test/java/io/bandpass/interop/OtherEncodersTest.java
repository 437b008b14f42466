package io.bandpass.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bandpass.BandpassException;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.inference.ImageClassifier;
import io.bandpass.inference.PretrainedEncoder;
import io.bandpass.testing.Golden;
import io.bandpass.testing.Weights;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights that are not quite those of an encoder here: other models, other heads, other names, no numbers. */
final class OtherEncodersTest {
    @TempDir
    private Path folder;

    private Path out() {
        return folder.resolve("out");
    }

    private WeightsImport changed(String name, Consumer<Map<String, Tensor>> change) throws IOException {
        Path file = folder.resolve("changed.safetensors");
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("classifiers")) {
            Map<String, Tensor> state = new LinkedHashMap<>();
            String prefix = name + ".state.";
            golden.names().stream()
                    .filter(each -> each.startsWith(prefix))
                    .forEach(each -> state.put(each.substring(prefix.length()), golden.get(each)));
            change.accept(state);
            Safetensors.write(file, state, Map.of());
        }
        WeightsImport job = WeightsImport.of(file, out()).overwrite(true);
        if (name.startsWith("vit")) {
            job.heads(3);
        } else if (!name.startsWith("beit")) {
            job.imageSize(name.equals("swin") ? 16 : 64);
        }
        return job;
    }

    private static String refusal(WeightsImport job) {
        String[] message = new String[1];
        assertThatExceptionOfType(BandpassException.class)
                .isThrownBy(job::run)
                .satisfies(e -> assertThat(e.kind().exitCode()).isEqualTo(3))
                .satisfies(e -> message[0] = String.valueOf(e.getMessage()));
        return message[0];
    }

    private static Tensor some(long... shape) {
        return torch.ones(shape);
    }

    @ParameterizedTest
    @CsvSource({
        "vit_token, blocks.0.attn.q_norm.weight, qk-norm",
        "vit_token, blocks.1.attn.k_norm.bias, qk-norm",
        "vit_token, rope.freqs, RoPE",
        "vit_token, rope_embed.periods, RoPE",
        "vit_token, reg_token, register tokens",
        "vit_token, register_tokens, register tokens",
        "vit_token, dist_token, distillation token",
        "vit_token, norm_pre.weight, a norm before its blocks",
        "vit_token, blocks.0.mlp.w12.weight, SwiGLU",
        "vit_token, blocks.0.mlp.fc1_g.weight, SwiGLU",
        "vit_token, blocks.0.mlp.norm.weight, a norm inside the MLP",
        "beit_mean, blocks.0.attn.norm.weight, a norm inside the attention",
        "vit_token, blocks.0.attn.rel_pos_h, of rows and columns apart",
        "vit_token, blocks.0.attn.proj_l.weight, talking heads",
        "vit_token, blocks_token_only.0.norm1.weight, class attention",
        "vit_token, blocks.0.attn.temperature, XCiT",
        "vit_token, blocks.0.post_norm.weight, stands inside the encoder",
        "vit_token, patch_embed.norm.weight, stands inside the encoder",
        "swin, layers.0.blocks.0.attn.logit_scale, Swin Transformer V2",
        "swin, layers.0.blocks.0.attn.cpb_mlp.0.weight, Swin Transformer V2",
        "convnext, stages.0.blocks.0.mlp.grn.weight, ConvNeXt V2",
        "convnext, stages.0.blocks.0.grn.beta, ConvNeXt V2",
        "convnext, stages.0.blocks.0.shortcut.weight, stands inside the encoder",
        "resnet_basic, layer1.0.se.fc1.weight, attention in its blocks",
        "resnet_basic, layer2.0.downsample.2.weight, ResNet-D",
        "resnet_basic, layer2.0.aa.filt, anti-aliasing",
        "resnet_basic, maxpool.0.weight, stands inside the encoder",
        "resnet_basic, conv1.bias, stands inside the encoder"
    })
    void anotherModelIsNamedEvenWhereAPartIsAskedFor(String name, String tensor, String said) throws IOException {
        WeightsImport job = changed(name, state -> state.put(tensor, some(3)));
        assertThat(refusal(job)).contains(said).contains(tensor);
        assertThat(refusal(job.partial(true))).contains(said).contains(tensor);
        assertThat(out()).doesNotExist();
    }

    @Test
    void aVitWithoutAnyPositionsIsOneOnlyWhereSomebodySaysSo() throws IOException {
        WeightsImport job = changed("vit_token", state -> state.remove("pos_embed"));
        assertThat(refusal(job))
                .contains("neither pos_embed nor tables of relative positions")
                .contains("rotary");
        assertThat(job.set("encoder.positions=none").run().lines()).isNotEmpty();
    }

    @Test
    void biasesAsInEvaSayThatARotationWouldNotShow() throws IOException {
        WeightsImport job = changed("vit_token", state -> {
            for (int block = 0; block < 2; block++) {
                String attention = "blocks." + block + ".attn.";
                Tensor bias = Objects.requireNonNull(state.remove(attention + "qkv.bias"));
                state.put(attention + "q_bias", Tensors.slice(bias, 0, 0, 24).clone());
                state.put(attention + "v_bias", Tensors.slice(bias, 0, 48, 72).clone());
            }
        });
        assertThat(job.run().lines()).anyMatch(line -> line.contains("rotated (RoPE) no tensor shows"));
    }

    /** Windows of 4 in the first stage and of 3 in the second, whose map has 4 x 4 cells at 16 px. */
    @Test
    void unequalWindowsOfASwinAreRefused() throws IOException {
        String table = ".attn.relative_position_bias_table";
        WeightsImport job = changed("swin", state -> {
            for (int block = 0; block < 2; block++) {
                state.put("layers.1.blocks." + block + table, some(169, 2));
            }
        });
        assertThat(refusal(job)).contains("windows of unequal sizes, [4, 7]");
        WeightsImport within = changed("swin", state -> state.put("layers.1.blocks.1" + table, some(25, 2)));
        assertThat(refusal(within)).contains("layers.1.blocks.1" + table).contains("[25, 2]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fc.0", "fc.mlp.0", "head.projection"})
    void aProjectionHeadIsLeftOutWhereAPartIsAskedFor(String layer) throws IOException {
        WeightsImport job = changed("resnet_basic", state -> {
            Tensor weight = Objects.requireNonNull(state.remove("fc.weight"));
            Tensor bias = Objects.requireNonNull(state.remove("fc.bias"));
            state.put(layer + ".weight", weight);
            state.put(layer + ".bias", bias);
        });
        assertThat(refusal(job))
                .contains("2 tensors more that make no linear classifier of it, first " + layer + ".bias")
                .endsWith("`partial` takes the encoder and leaves them out");
        job.partial(true).run();
        assertThat(Safetensors.readMetadata(out().resolve("encoder.safetensors")))
                .containsEntry("kind", "encoder")
                .doesNotContainKey("classes");
    }

    @Test
    void headsOfAnotherShapeOrWithoutABiasAreNone() throws IOException {
        for (Consumer<Map<String, Tensor>> change : List.<Consumer<Map<String, Tensor>>>of(
                state -> state.put("head.weight", some(5, 99)),
                state -> state.put("head.bias", some(4)),
                state -> state.put("head.weight", some(5, 24, 3)),
                state -> state.remove("head.bias"),
                state -> {
                    state.put("head.last_layer.weight_g", some(5, 1));
                    state.put("head.last_layer.weight_v", some(5, 24));
                })) {
            WeightsImport job = changed("vit_token", change);
            assertThat(refusal(job)).contains("`partial` takes the encoder");
            job.partial(true).run();
            assertThat(Weights.config(out()).encoder().width()).isEqualTo(24);
        }
    }

    /** MoCo keeps two encoders, and what is behind each is a projection. */
    @Test
    void theTrainedEncoderOfTwoIsTaken() throws IOException {
        WeightsImport job = changed("resnet_basic", state -> {
            Map<String, Tensor> plain = new LinkedHashMap<>(state);
            state.clear();
            plain.forEach((name, tensor) -> {
                String key = name.replace("fc.", "fc.2.");
                state.put("module.encoder_q." + key, tensor);
                state.put(
                        "module.encoder_k." + key,
                        tensor.is_floating_point() ? torch.zeros_like(tensor) : tensor.clone());
            });
            state.put("module.queue", some(4, 10));
        });
        assertThat(job.partial(true).run().lines())
                .anyMatch(line -> line.contains("left out, a second copy or moving average of the weights"));
        try (TensorFile encoder = Safetensors.read(out().resolve("encoder.safetensors"))) {
            assertThat(Golden.largest(encoder.get("conv1.weight"))).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.",
                "module.model.",
                "_orig_mod.model.",
                "model._orig_mod.",
                "model.backbone.",
                "net.",
                "model.encoder.",
                "encoder.backbone."
            })
    void prefixesOfWrappersAreDropped(String prefix) throws IOException {
        WeightsImport job = changed("swin", state -> {
            Map<String, Tensor> plain = new LinkedHashMap<>(state);
            state.clear();
            plain.forEach((name, tensor) -> state.put(prefix + name, tensor));
        });
        assertThat(job.run().lines())
                .anyMatch(line -> line.contains("of the classifier: head.fc.bias, head.fc.weight"));
    }

    @ParameterizedTest
    @CsvSource({
        "vit_token, blocks.1.mlp.fc1.weight",
        "vit_token, head.bias",
        "beit_mean, fc_norm.weight",
        "swin, layers.0.blocks.0.attn.relative_position_bias_table",
        "resnet_basic, bn1.running_var",
        "resnet_basic, fc.weight",
        "convnext, head.norm.weight"
    })
    void weightsThatAreNoNumbersAreNamed(String name, String tensor) throws IOException {
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            WeightsImport job = changed(name, state -> {
                Tensor broken = Objects.requireNonNull(state.get(tensor)).clone();
                broken.view(-1).select(0, 0).fill_(new Scalar(value));
                state.put(tensor, broken);
            });
            assertThat(refusal(job)).contains("tensor " + tensor + " holds values that are not finite");
            assertThat(refusal(job.partial(true))).contains(tensor);
        }
        WeightsImport tooLarge = changed(name, state -> {
            Tensor wide = Objects.requireNonNull(state.get(tensor)).to(ScalarType.Double);
            wide.view(-1).select(0, 0).fill_(new Scalar(1e300));
            state.put(tensor, wide);
        });
        assertThat(refusal(tooLarge)).contains("tensor " + tensor + " holds values that are not finite");
        for (ScalarType type : new ScalarType[] {ScalarType.Char, ScalarType.Long, ScalarType.Bool}) {
            WeightsImport quantised = changed(
                    name,
                    state -> state.put(
                            tensor, Objects.requireNonNull(state.get(tensor)).to(type)));
            assertThat(refusal(quantised)).contains("tensor " + tensor + " is of the type " + type);
        }
        assertThat(out()).doesNotExist();
    }

    @Test
    void whatIsOpenedIsCheckedToo() throws IOException {
        changed("convnext", state -> {}).run();
        Path file = folder.resolve("broken.safetensors");
        try (PointerScope scope = new PointerScope();
                TensorFile good = Safetensors.read(out().resolve("encoder.safetensors"))) {
            Map<String, Tensor> state = new LinkedHashMap<>(good.all());
            state.put("stem.0.bias", torch.full_like(good.get("stem.0.bias"), new Scalar(Double.NaN)));
            Safetensors.write(file, state, good.metadata());
        }
        for (ThrowingCallable use : List.<ThrowingCallable>of(
                () -> PretrainedEncoder.open(file).close(),
                () -> ImageClassifier.open(file).close(),
                () -> WeightsExport.write(file, "timm", folder.resolve("x"), false))) {
            assertThatExceptionOfType(BandpassException.class)
                    .isThrownBy(use)
                    .withMessageContaining("tensor stem.0.bias holds values that are not finite")
                    .satisfies(e -> assertThat(e.kind().exitCode()).isEqualTo(3));
        }
    }
}

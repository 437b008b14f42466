package io.bandpass.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bandpass.BandpassException;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of methods that keep two copies of an encoder, and of programs that average one. */
final class ContrastiveWeightsTest {
    @TempDir
    private Path folder;

    private Path out() {
        return folder.resolve("out");
    }

    /** Golden weights of a classifier under other names. */
    private WeightsImport named(String golden, BiConsumer<Map<String, Tensor>, Map<String, Tensor>> naming)
            throws IOException {
        Path file = folder.resolve("x.safetensors");
        try (PointerScope scope = new PointerScope();
                TensorFile tensors = Golden.tensors("classifiers")) {
            String prefix = golden + ".state.";
            Map<String, Tensor> plain = new LinkedHashMap<>();
            tensors.names().stream()
                    .filter(name -> name.startsWith(prefix))
                    .forEach(name -> plain.put(name.substring(prefix.length()), tensors.get(name)));
            Map<String, Tensor> state = new LinkedHashMap<>();
            naming.accept(plain, state);
            Safetensors.write(file, state, Map.of());
        }
        return WeightsImport.of(file, out());
    }

    private static String refusal(WeightsImport job) {
        String[] message = new String[1];
        assertThatExceptionOfType(BandpassException.class)
                .isThrownBy(job::run)
                .satisfies(e -> message[0] = String.valueOf(e.getMessage()));
        return message[0];
    }

    @Test
    void theProjectionOfMocoIsNoClassifier() throws IOException {
        WeightsImport job = named(
                        "resnet_basic",
                        (plain, state) ->
                                plain.forEach((name, tensor) -> state.put("module.encoder_q." + name, tensor)))
                .imageSize(64);
        assertThat(refusal(job)).contains("2 tensors more that make no linear classifier of it, first fc.bias");
        job.partial(true).run();
        assertThat(Safetensors.readMetadata(out().resolve("encoder.safetensors")))
                .containsEntry("kind", "encoder");
    }

    @ParameterizedTest
    @CsvSource({"module.base_encoder., 384", "module.momentum_encoder., 384"})
    void theHeadsOfMocosSmallVitMustBeSaid(String prefix, long width) {
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> state = new LinkedHashMap<>();
            state.put(prefix + "patch_embed.proj.weight", Tensors.zeros(ScalarType.Float, width, 3, 2, 2));
            state.put(prefix + "pos_embed", Tensors.zeros(ScalarType.Float, 1, 5, width));
            state.put(prefix + "blocks.0.attn.qkv.weight", Tensors.zeros(ScalarType.Float, 3 * width, width));
            state.put(prefix + "blocks.0.attn.proj.weight", Tensors.zeros(ScalarType.Float, width, width));
            state.put(prefix + "blocks.0.mlp.fc1.weight", Tensors.zeros(ScalarType.Float, width, width));
            state.put(prefix + "blocks.0.mlp.fc2.weight", Tensors.zeros(ScalarType.Float, width, width));
            Path file = folder.resolve("vit.safetensors");
            Safetensors.write(file, state, Map.of());
            assertThat(refusal(WeightsImport.of(file, out())))
                    .contains("MoCo v3")
                    .contains("has 12")
                    .contains("`heads`");
            assertThat(refusal(WeightsImport.of(file, out()).heads(12))).doesNotContain("MoCo");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"teacher.backbone.", "ema_model.module.", "momentum_encoder."})
    void aCopyThatIsAloneIsTaken(String prefix) throws IOException {
        List<String> lines = named("swin", (plain, state) -> {
                    plain.forEach((name, tensor) -> state.put(prefix + name, tensor));
                    state.put("n_averaged", Tensors.zeros(ScalarType.Long));
                })
                .imageSize(16)
                .partial(true)
                .run()
                .lines();
        String copy = prefix.substring(0, prefix.indexOf('.') + 1);
        assertThat(lines)
                .anyMatch(line -> line.startsWith("all weights are named " + copy + "*"))
                .anyMatch(line -> line.contains("left out, a counter of averages: 1 tensor, n_averaged"));
    }

    @Test
    void theOnlineModelIsTheOneThatIsTrained() throws IOException {
        List<String> lines = named(
                        "swin",
                        (plain, state) -> plain.forEach((name, tensor) -> {
                            state.put("online_model." + name, tensor);
                            state.put("ema_model." + name, tensor.clone());
                        }))
                .imageSize(16)
                .run()
                .lines();
        assertThat(lines)
                .anyMatch(line -> line.contains("left out, a second copy or moving average of the weights"))
                .noneMatch(line -> line.startsWith("all weights are named"));
    }

    @Test
    void theCounterOfAnAveragedModelIsLeftOut() throws IOException {
        List<String> lines = named("swin", (plain, state) -> {
                    plain.forEach((name, tensor) -> state.put("module." + name, tensor));
                    state.put("n_averaged", Tensors.zeros(ScalarType.Long));
                })
                .imageSize(16)
                .run()
                .lines();
        assertThat(lines).contains("  left out, a counter of averages: 1 tensor, n_averaged");
    }

    @Test
    void oneTensorMoreMakesNoClassifier() throws IOException {
        WeightsImport job = named("swin", (plain, state) -> {
                    state.putAll(plain);
                    state.remove("head.fc.bias");
                    state.remove("head.bias");
                })
                .imageSize(16);
        assertThat(refusal(job))
                .contains("1 tensor more that makes no linear classifier of it, first head.fc.weight")
                .endsWith("`partial` takes the encoder and leaves it out");
    }
}

package io.bandpass.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.BandpassException;
import io.bandpass.config.DecoderConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.MaeConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.ReconstructConfig;
import io.bandpass.config.SimMimConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.config.Words;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.inference.Reconstruction;
import io.bandpass.testing.AuthorsFile;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Golden;
import io.bandpass.testing.Images;
import io.bandpass.testing.RandomWeights;
import io.bandpass.testing.Weights;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoders of MAE and SimMIM, in files of their layouts, predict here what the same weights predict under our names. */
final class ImportedDecodersTest {
    private static final int SIZE = 16;

    @TempDir
    Path folder;

    private Path out() {
        return folder.resolve("out");
    }

    private static PretrainingConfig mae(boolean normalisePixels, String positions) {
        return Configs.with(
                Configs.run(
                        new VisionTransformerConfig(
                                SIZE,
                                4,
                                24,
                                2,
                                3,
                                2,
                                Words.constant(VisionTransformerConfig.Positions.class, positions)
                                        .orElseThrow(),
                                true,
                                0,
                                0),
                        2),
                "decoder={type: vit, width: 32, depth: 3, heads: 4}",
                "task={type: mae, mask-ratio: 0.5, normalise-pixels: " + normalisePixels + "}");
    }

    /** What a model makes of five images: every tensor that {@code reconstruct} can write. */
    private Map<String, float[]> shown(Path weights, String name) throws IOException {
        Path images = folder.resolve("images");
        for (int i = 0; i < 5; i++) {
            Images.write(images.resolve(i + ".png"), i, 20, 20);
        }
        Path file = folder.resolve(name + ".safetensors");
        try (Reconstruction model = Reconstruction.open(weights, ReconstructConfig.DEFAULT, "cpu", OptionalInt.of(1))) {
            model.writeTensors(List.of(images.toString()), file, (done, all) -> {});
            assertThat(model.draw(List.of(images.toString()), folder.resolve(name), 5)
                            .pictures())
                    .hasSize(5);
        }
        Map<String, float[]> tensors = new HashMap<>();
        try (TensorFile written = Safetensors.read(file)) {
            assertThat(written.names()).contains("corrupted", "mask", "reconstruction", "image_loss", "loss");
            written.names().forEach(tensor -> tensors.put(tensor, Tensors.toFloats(written.get(tensor))));
        }
        return tensors;
    }

    private void assertSamePredictions(Path ours, double tolerance) throws IOException {
        Map<String, float[]> expected = shown(ours, "ours");
        Map<String, float[]> imported = shown(out(), "theirs");
        assertThat(imported.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, values) -> {
            float[] theirs = Objects.requireNonNull(imported.get(name));
            assertThat(theirs).as(name).hasSameSizeAs(values);
            for (int i = 0; i < values.length; i++) {
                assertThat(Math.abs(theirs[i] - values[i])).as(name).isLessThanOrEqualTo((float) tolerance);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMaskedAutoencoderWithItsArguments(boolean normalisePixels) throws IOException {
        PretrainingConfig config = mae(normalisePixels, normalisePixels ? "sin-cos" : "learned");
        Path theirs = folder.resolve("mae.pth");
        Path ours = folder.resolve("full.safetensors");
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> state = RandomWeights.state(config, 1);
            RandomWeights.ours(ours, state, config);
            Map<String, Object> arguments =
                    Map.of("mask_ratio", 0.5, "norm_pix_loss", normalisePixels, "input_size", SIZE);
            AuthorsFile.writeWithArguments(theirs, RandomWeights.mae(state), arguments);
            WeightsImport.Imported imported = WeightsImport.of(theirs, out())
                    .heads(3)
                    .set("decoder.heads=4")
                    .run();
            assertThat(imported.files()).hasSize(2);
            assertThat(imported.lines())
                    .contains(state.size() + "/" + state.size() + " tensors loaded from " + theirs)
                    .noneMatch(line ->
                            line.contains("missing") || line.contains("unexpected") || line.contains("left out"))
                    .anyMatch(line -> line.contains("the biases of the keys in 3 blocks of the decoder were set to 0"))
                    .noneMatch(line -> line.contains("mask"));
        }
        PretrainingConfig read = Weights.config(out());
        assertThat(read.encoder()).isEqualTo(config.encoder());
        assertThat(read.decoder()).isEqualTo(new DecoderConfig(DecoderConfig.Type.VIT, 32, 3, 4));
        assertThat(read.task()).isEqualTo(new MaeConfig(0.5, normalisePixels));
        // The bias of the keys is 0 here, and only the softmax knows that this is the same.
        assertSamePredictions(ours, 2e-5);
    }

    @Test
    void aMaskedAutoencoderWithoutSettingsTakesWhatWasPublishedAndSaysSo() throws IOException {
        PretrainingConfig config = Configs.with(mae(true, "learned"), "decoder.heads=16", "task.mask-ratio=0.75");
        Path theirs = folder.resolve("mae.safetensors");
        Path ours = folder.resolve("full.safetensors");
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> state = RandomWeights.state(config, 2);
            RandomWeights.ours(ours, state, config);
            Safetensors.write(theirs, RandomWeights.mae(state), Map.of());
        }
        List<String> lines = WeightsImport.of(theirs, out()).heads(3).run().lines();
        assertThat(String.join("\n", lines))
                .contains("the file does not say how many heads its decoder has; 16 are assumed, as published")
                .contains("task.mask-ratio keeps its default")
                .contains("task.normalise-pixels keeps its default");
        assertThat(Weights.config(out()).task()).isEqualTo(new MaeConfig(0.75, true));
        assertSamePredictions(ours, 2e-5);
    }

    @Test
    void headsThatDoNotDivideTheDecoderMustBeSaid() throws IOException {
        PretrainingConfig config = Configs.with(mae(true, "learned"), "decoder.width=24", "decoder.heads=3");
        Path theirs = folder.resolve("mae.safetensors");
        try (PointerScope scope = new PointerScope()) {
            Safetensors.write(theirs, RandomWeights.mae(RandomWeights.state(config, 3)), Map.of());
        }
        assertThatThrownBy(() -> WeightsImport.of(theirs, out()).heads(3).run())
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("the usual 16 do not divide its width 24; give them with `set` decoder.heads=N");
        WeightsImport.of(theirs, out()).heads(3).set("decoder.heads=3").run();
        assertThat(Weights.config(out()).decoder()).isEqualTo(new DecoderConfig(DecoderConfig.Type.VIT, 24, 3, 3));
    }

    @Test
    void aDecoderWithoutOneOfItsTensorsIsNamedAndAPartIsTakenWhereAsked() throws IOException {
        PretrainingConfig config = mae(true, "learned");
        Path theirs = folder.resolve("mae.safetensors");
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> state = RandomWeights.mae(RandomWeights.state(config, 4));
            state.remove("decoder_norm.bias");
            state.put("decoder_extra.weight", Objects.requireNonNull(state.get("decoder_norm.weight")));
            Safetensors.write(theirs, state, Map.of());
        }
        WeightsImport job = WeightsImport.of(theirs, out()).heads(3).set("decoder.heads=4");
        assertThatThrownBy(job::run)
                .hasMessageContaining("missing    decoder.norm.bias")
                .hasMessageContaining("unexpected decoder.extra.weight");
        assertThat(out()).doesNotExist();
        assertThat(job.partial(true).run().lines())
                .contains("  missing    decoder.norm.bias", "  unexpected decoder.extra.weight");
        assertThat(out().resolve("full.safetensors")).exists();
    }

    @Test
    void positionsOfTheDecoderThatAreNotTheFixedOnesLeaveItOut() throws IOException {
        PretrainingConfig config = mae(true, "learned");
        Path theirs = folder.resolve("mae.safetensors");
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> state = RandomWeights.mae(RandomWeights.state(config, 5));
            state.put(
                    "decoder_pos_embed", Tensors.multiply(Objects.requireNonNull(state.get("decoder_pos_embed")), 1.1));
            Safetensors.write(theirs, state, Map.of());
        }
        assertThat(String.join(
                        "\n",
                        WeightsImport.of(theirs, out())
                                .heads(3)
                                .set("decoder.heads=4")
                                .run()
                                .lines()))
                .contains("the positions of the decoder are not the fixed ones")
                .contains(
                        "left out, a decoder that is none of ours: 44 tensors, first decoder.blocks.0.attn.proj.bias");
        assertThat(out().resolve("full.safetensors")).doesNotExist();
    }

    private static final EncoderConfig VIT_WITH_POSITIONS =
            new VisionTransformerConfig(SIZE, 4, 16, 2, 2, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, 0);
    private static final EncoderConfig VIT_AS_PUBLISHED = new VisionTransformerConfig(
            SIZE,
            4,
            16,
            2,
            2,
            4,
            VisionTransformerConfig.Positions.NONE,
            VisionTransformerConfig.RelativePosition.SHARED,
            true,
            0.1,
            0);
    private static final EncoderConfig SWIN = new SwinTransformerConfig(
            SIZE, 2, 8, List.of(2, 2), List.of(2, 4), 4, 4, true, SwinTransformerConfig.Positions.LEARNED, 0);

    /** Each kind of encoder that SimMIM hides patches of. */
    static Stream<EncoderConfig> encodersWithHiddenPatches() {
        return Stream.of(VIT_WITH_POSITIONS, VIT_AS_PUBLISHED, SWIN);
    }

    @ParameterizedTest
    @MethodSource("encodersWithHiddenPatches")
    void simMimWithItsSettings(EncoderConfig encoder) throws IOException {
        PretrainingConfig config =
                Configs.with(Configs.run(encoder, 2), "task={type: simmim, block-size: 4, mask-ratio: 0.5}");
        Path theirs = folder.resolve("simmim.pth");
        Path ours = folder.resolve("full.safetensors");
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> state = RandomWeights.state(config, 6);
            RandomWeights.ours(ours, state, config);
            AuthorsFile.write(theirs, RandomWeights.authors(state), simMimSettings());
            WeightsImport.Imported imported = WeightsImport.of(theirs, out()).run();
            assertThat(imported.files()).hasSize(2);
            assertThat(imported.lines())
                    .contains(state.size() + "/" + state.size() + " tensors loaded from " + theirs)
                    .noneMatch(line ->
                            line.contains("missing") || line.contains("unexpected") || line.contains("does not say"));
        }
        PretrainingConfig read = Weights.config(out());
        assertThat(read.encoder()).isEqualTo(config.encoder());
        assertThat(read.task()).isEqualTo(new SimMimConfig(4, 0.5));
        assertSamePredictions(ours, 0);
    }

    private static Map<String, Object> simMimSettings() {
        return AuthorsFile.tree(Map.of(
                "DATA.IMG_SIZE",
                SIZE,
                "DATA.MASK_PATCH_SIZE",
                4,
                "DATA.MASK_RATIO",
                0.5,
                "MODEL.VIT.NUM_HEADS",
                2,
                "MODEL.VIT.INIT_VALUES",
                0.1));
    }

    @Test
    void simMimWithoutSettingsTakesTheLargestBlockThatFitsAndSaysSo() throws IOException {
        PretrainingConfig config =
                Configs.with(Configs.run(VIT_AS_PUBLISHED, 2), "task={type: simmim, block-size: 8, mask-ratio: 0.6}");
        Path theirs = folder.resolve("simmim.safetensors");
        Path ours = folder.resolve("full.safetensors");
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> state = RandomWeights.state(config, 7);
            RandomWeights.ours(ours, state, config);
            Safetensors.write(theirs, RandomWeights.authors(state), Map.of());
        }
        assertThat(String.join("\n", WeightsImport.of(theirs, out()).run().lines()))
                .contains("the file does not say how large its masked blocks are; 8 px are assumed")
                .contains("task.mask-ratio is 0.6, as published")
                .doesNotContain("with which mask");
        assertThat(Weights.config(out()).task()).isEqualTo(new SimMimConfig(8, 0.6));
        assertSamePredictions(ours, 0);
    }

    @Test
    void simMimWithoutItsDecoderIsAnEncoder() throws IOException {
        PretrainingConfig config = Configs.with(Configs.run(SWIN, 2), "task={type: simmim, block-size: 4}");
        Path theirs = folder.resolve("simmim.pth");
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> state = new LinkedHashMap<>(RandomWeights.authors(RandomWeights.state(config, 8)));
            AuthorsFile.write(theirs, RandomWeights.without(state, "decoder."), simMimSettings());
        }
        assertThat(String.join("\n", WeightsImport.of(theirs, out()).run().lines()))
                .contains("left out, mask token of another pre-training task: 1 tensor, mask_token");
        assertThat(out().resolve("full.safetensors")).doesNotExist();
        assertThat(out().resolve("encoder.safetensors")).exists();
    }

    @Test
    void anotherImageSizeInterpolatesTheEncoderAndComputesThePositionsOfTheDecoderAnew() throws IOException {
        PretrainingConfig config = mae(false, "learned");
        Path theirs = folder.resolve("mae.safetensors");
        try (PointerScope scope = new PointerScope()) {
            Safetensors.write(theirs, RandomWeights.mae(RandomWeights.state(config, 9)), Map.of());
        }
        WeightsImport.of(theirs, out())
                .heads(3)
                .set("decoder.heads=4")
                .imageSize(24)
                .run();
        try (PointerScope scope = new PointerScope();
                TensorFile full = Safetensors.read(out().resolve("full.safetensors"))) {
            assertThat(Tensors.shape(full.get("encoder.pos_embed"))).containsExactly(1, 37, 24);
            Map<String, Tensor> larger = RandomWeights.state(Configs.with(config, "encoder.image-size=24"), 9);
            assertThat(Golden.largestDifference(full.get("decoder.pos_embed"), larger.get("decoder.pos_embed")))
                    .isZero();
        }
    }
}

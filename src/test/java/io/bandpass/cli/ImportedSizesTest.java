package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.EncoderConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.AuthorsFile;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Golden;
import io.bandpass.testing.GoldenWeights;
import io.bandpass.testing.RandomWeights;
import io.bandpass.testing.VitOracle;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code embed} and {@code reconstruct} with checkpoints of other sizes than the golden ones, in the authors' layout with
 * their settings: a ViT against {@link VitOracle} in float64, the others against the same weights under our names.
 */
final class ImportedSizesTest {
    private static final boolean[] MIXED = {true, false, true};

    @TempDir
    Path folder;

    private static Map<String, Object> settings(EncoderConfig encoder, double radius, int heads) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("DATA.IMG_SIZE", encoder.imageSize());
        settings.put("DATA.MASK_RADIUS1", radius);
        settings.put("DATA.SAMPLE_RATIO", 0.3);
        settings.put("MODEL.VIT.NUM_HEADS", heads);
        return AuthorsFile.settings(settings);
    }

    /** Writes a checkpoint of random weights, imports it, and returns the folder of weights. */
    private Path imported(Map<String, Tensor> state, EncoderConfig encoder, double radius, int heads)
            throws IOException {
        Path file = folder.resolve("theirs.pth");
        Path out = folder.resolve("imported");
        AuthorsFile.write(file, RandomWeights.authors(state), settings(encoder, radius, heads));
        Said said = Said.by("import", file, "--out", out);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out()).contains(state.size() + "/" + state.size() + " tensors loaded");
        return out;
    }

    private Path images(int size) throws IOException {
        torch.manual_seed(5);
        Tensor bytes =
                torch.randint(0, 256, new long[] {MIXED.length, 3, size, size}).to(ScalarType.Byte);
        return GoldenWeights.images(folder.resolve("images"), bytes);
    }

    private Path embedded(Path weights, Path images, String name, String pool) {
        Path out = folder.resolve(name + "-" + pool + ".safetensors");
        Said said = Said.by(
                "embed", "--weights", weights, "--data", images, "--out", out, "--pool", pool, "--preprocess", "none");
        assertThat(said.exitCode()).as(said.error()).isZero();
        return out;
    }

    private Path reconstructed(Path weights, Path images, String name, Object... more) {
        Path out = folder.resolve(name + "-tensors.safetensors");
        List<Object> arguments = new ArrayList<>(List.of(
                "reconstruct",
                "--weights",
                weights,
                "--images",
                images,
                "--save-tensors",
                out,
                "--preprocess",
                "none"));
        arguments.addAll(List.of(more));
        Said said = Said.by(arguments.toArray());
        assertThat(said.exitCode()).as(said.error()).isZero();
        return out;
    }

    @ParameterizedTest
    @CsvSource({"48, 8, 96, 3, 3, 3.43", "64, 16, 64, 2, 4, 5", "40, 4, 32, 1, 2, 2.5"})
    void aViTComputesWhatTheDefinitionsSay(int size, int patch, int width, int depth, int heads, double radius)
            throws IOException {
        var encoder = new VisionTransformerConfig(
                size, patch, width, depth, heads, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, 0);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Map<String, Tensor> state = RandomWeights.state(Configs.run(encoder, radius), size);
            Path weights = imported(state, encoder, radius, heads);
            Path images = images(size);
            VitOracle oracle = new VitOracle(RandomWeights.authors(state), heads);
            try (TensorFile tensors = Safetensors.read(reconstructed(weights, images, "vit", "--mask", "mixed"));
                    TensorFile mean = Safetensors.read(embedded(weights, images, "vit", "mean"));
                    TensorFile tokens = Safetensors.read(embedded(weights, images, "vit", "tokens"))) {
                Tensor unit = tensors.get("input").to(ScalarType.Double);
                Tensor masks = VitOracle.circles(size, radius, MIXED);
                assertThat(Golden.largestDifference(tensors.get("mask"), masks)).isZero();
                Tensor prediction = oracle.predict(VitOracle.normalise(VitOracle.corrupt(unit, masks)));
                assertThat(Golden.largestDifference(tensors.get("reconstruction"), VitOracle.unit(prediction)))
                        .isLessThan(1e-4);
                double loss = oracle.loss(unit, masks).item_double();
                assertThat(tensors.get("loss").item_double()).isCloseTo(loss, within(1e-5 * loss));
                for (int i = 0; i < MIXED.length; i++) {
                    Tensor one = Tensors.slice(unit, 0, i, i + 1L);
                    double each = oracle.loss(one, VitOracle.circles(size, radius, MIXED[i]))
                            .item_double();
                    assertThat((double) Tensors.toFloats(tensors.get("image_loss"))[i])
                            .as("image %d", i)
                            .isCloseTo(each, within(1e-5 * each));
                }
                Tensor all = oracle.tokens(VitOracle.normalise(unit));
                Tensor patches = Tensors.slice(all, 1, 1, all.size(1));
                assertThat(Golden.largestDifference(mean.get("features"), Tensors.mean(patches, 1)))
                        .isLessThan(1e-4);
                assertThat(Golden.largestDifference(tokens.get("features"), patches))
                        .isLessThan(1e-4);
            }
        }
    }

    private record Other(EncoderConfig encoder, double radius) {}

    static Stream<Other> otherEncoders() {
        return Stream.of(
                new Other(
                        new SwinTransformerConfig(
                                56,
                                4,
                                16,
                                List.of(2, 2),
                                List.of(2, 4),
                                7,
                                4,
                                true,
                                SwinTransformerConfig.Positions.NONE,
                                0),
                        4),
                new Other(
                        new SwinTransformerConfig(
                                32,
                                2,
                                8,
                                List.of(1, 2, 1),
                                List.of(1, 2, 2),
                                2,
                                2,
                                true,
                                SwinTransformerConfig.Positions.LEARNED,
                                0),
                        3),
                new Other(
                        new ResNetConfig(
                                64,
                                ResNetConfig.Block.BASIC,
                                List.of(2, 1, 3, 1),
                                List.of(8, 16, 24, 32),
                                List.of(),
                                8,
                                7,
                                2,
                                true),
                        6),
                new Other(
                        new ResNetConfig(
                                32,
                                ResNetConfig.Block.BOTTLENECK,
                                List.of(1, 2, 1),
                                List.of(16, 24, 32),
                                List.of(4, 6, 8),
                                16,
                                3,
                                1,
                                false),
                        3));
    }

    @ParameterizedTest
    @MethodSource("otherEncoders")
    void otherEncodersComputeWhatTheSameWeightsDoUnderOurNames(Other other) throws IOException {
        PretrainingConfig config = Configs.run(other.encoder(), other.radius());
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> state = RandomWeights.state(config, 3);
            Path weights = imported(state, other.encoder(), other.radius(), 1);
            Path ours = RandomWeights.ours(folder.resolve("full.safetensors"), state, config);
            Path images = images(other.encoder().imageSize());
            assertSame(
                    reconstructed(weights, images, "theirs", "--mask", "mixed"),
                    reconstructed(ours, images, "ours", "--mask", "mixed"));
            assertSame(embedded(weights, images, "theirs", "mean"), embedded(ours, images, "ours", "mean"));
        }
    }

    private static void assertSame(Path theirs, Path ours) throws IOException {
        try (TensorFile imported = Safetensors.read(theirs);
                TensorFile expected = Safetensors.read(ours)) {
            assertThat(imported.names()).isEqualTo(expected.names());
            for (String name : expected.names()) {
                assertThat(Golden.largestDifference(imported.get(name), expected.get(name)))
                        .as(name)
                        .isLessThan(1e-6);
            }
        }
    }

    /** The radius of the settings is the default, and any other takes its place. */
    @ParameterizedTest
    @CsvSource({"0, 5", "3, 3", "7.5, 7.5"})
    void theRadiusOfTheSettingsIsTheDefault(double asked, double expected) throws IOException {
        var encoder =
                new VisionTransformerConfig(48, 8, 32, 1, 2, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, 0);
        try (PointerScope scope = new PointerScope()) {
            Path weights = imported(RandomWeights.state(Configs.run(encoder, 5), 1), encoder, 5, 2);
            Path images = images(48);
            for (String mask : List.of("low", "high", "both")) {
                Path file = asked == 0
                        ? reconstructed(weights, images, mask, "--mask", mask)
                        : reconstructed(weights, images, mask, "--mask", mask, "--radius", asked);
                Tensor low = VitOracle.circles(48, expected, true, true, true);
                Tensor high = VitOracle.circles(48, expected, false, false, false);
                Tensor both = torch.cat(new TensorVector(low, high), 0);
                try (TensorFile tensors = Safetensors.read(file)) {
                    assertThat(Golden.largestDifference(
                                    tensors.get("mask"), mask.equals("both") ? both : mask.equals("low") ? low : high))
                            .isZero();
                    assertThat(tensors.metadata()).containsEntry("radius", Double.toString(expected));
                }
            }
        }
    }

    /** A task that masks no frequencies takes neither flag, and works without. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            super-resolution | {type: super-resolution, factor: 4}
            deblur           | {type: deblur, kernel-sizes: [7]}
            denoise          | {type: denoise}
            simmim           | {type: simmim, block-size: 8}
            mae              | {type: mae}
            """)
    void tasksWithoutMaskedFrequenciesRefuseMaskAndRadius(String type, String task) throws IOException {
        var encoder =
                new VisionTransformerConfig(32, 8, 32, 1, 2, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, 0);
        PretrainingConfig config = Configs.with(
                Configs.run(encoder, 5),
                "decoder={type: " + (type.equals("mae") ? "vit" : "pixel-shuffle") + ", width: 32, heads: 4}",
                "task=" + task);
        try (PointerScope scope = new PointerScope()) {
            Path weights =
                    RandomWeights.ours(folder.resolve("full.safetensors"), RandomWeights.state(config, 2), config);
            Path images = images(32);
            Path out = folder.resolve("refused.safetensors");
            for (String mask : List.of("low", "high", "both", "mixed")) {
                assertRefused(
                        Said.by(
                                "reconstruct",
                                "--weights",
                                weights,
                                "--images",
                                images,
                                "--save-tensors",
                                out,
                                "--mask",
                                mask),
                        "bandpass: mask is " + mask
                                + ", but these weights were not trained to predict masked frequencies; leave it out");
            }
            assertRefused(
                    Said.by(
                            "reconstruct",
                            "--weights",
                            weights,
                            "--images",
                            images,
                            "--save-tensors",
                            out,
                            "--radius",
                            4),
                    "bandpass: radius is 4.0, but these weights have no mask of a radius; leave it out");
            assertThat(out).doesNotExist();
            try (TensorFile tensors = Safetensors.read(reconstructed(weights, images, "whole"))) {
                assertThat(tensors.get("image_loss").size(0)).isEqualTo(MIXED.length);
                assertThat(tensors.names().contains("mask")).isEqualTo(type.equals("simmim") || type.equals("mae"));
                assertThat(tensors.metadata()).doesNotContainKeys("mask", "radius");
            }
        }
    }

    /** Masks that follow from the image have no radius either. */
    @ParameterizedTest
    @CsvSource({"com", "rcom"})
    void masksByMagnitudeRefuseARadiusAndTakeAMask(String shape) throws IOException {
        var encoder =
                new VisionTransformerConfig(32, 8, 32, 1, 2, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, 0);
        PretrainingConfig config = Configs.with(Configs.run(encoder, 5), "mask.shape=" + shape);
        try (PointerScope scope = new PointerScope()) {
            Path weights =
                    RandomWeights.ours(folder.resolve("full.safetensors"), RandomWeights.state(config, 2), config);
            Path images = images(32);
            assertRefused(
                    Said.by(
                            "reconstruct",
                            "--weights",
                            weights,
                            "--images",
                            images,
                            "--save-tensors",
                            folder.resolve("refused.safetensors"),
                            "--radius",
                            4),
                    "bandpass: radius is 4.0, but these weights have no mask of a radius; leave it out");
            try (TensorFile tensors = Safetensors.read(reconstructed(weights, images, "mixed", "--mask", "mixed"))) {
                assertThat(tensors.names()).contains("mask");
            }
        }
    }

    private static void assertRefused(Said said, String sentence) {
        assertThat(said.error().lines()).containsExactly(sentence);
        assertThat(said.exitCode()).isEqualTo(2);
    }
}

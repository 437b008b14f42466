package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.config.EmbedConfig;
import io.bandpass.config.PreprocessConfig;
import io.bandpass.encoder.VisionTransformer;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.inference.PretrainedEncoder;
import io.bandpass.nn.Normalisation;
import io.bandpass.pretext.MaskedFrequencyModel;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Golden;
import io.bandpass.testing.GoldenState;
import io.bandpass.testing.GoldenWeights;
import io.bandpass.testing.Images;
import io.bandpass.testing.NpyContent;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code embed} through the command line. */
final class EmbedCommandTest {
    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path weights;
    private static Path resnet;
    private static Path classifier;
    private static Path images;
    private static Path fineTuneImages;

    @BeforeAll
    static void write() throws IOException {
        weights = GoldenWeights.full(
                shared.resolve("full.safetensors"), Configs.run(Configs.vitTiny(), 4), "vit_tiny", "a_state.");
        resnet = GoldenWeights.full(
                shared.resolve("resnet.safetensors"), Configs.run(Configs.resnet1111(), 8), "resnet", "state.");
        classifier = GoldenWeights.classifier(shared.resolve("classifier.safetensors"), "finetune", "mean.state.");
        try (TensorFile golden = Golden.tensors("vit_tiny");
                TensorFile fineTune = Golden.tensors("finetune")) {
            images = GoldenWeights.images(shared.resolve("images"), golden.get("img_u8"));
            fineTuneImages = GoldenWeights.images(shared.resolve("fine-tune"), fineTune.get("img_u8"));
        }
    }

    private static Said embed(Path weights, Path data, Path out, Object... more) {
        List<Object> arguments =
                new ArrayList<>(List.of("embed", "--weights", weights, "--data", data, "--out", out, "--threads", 1));
        arguments.addAll(List.of(more));
        return Said.by(arguments.toArray());
    }

    private Path embedded(Path weights, Path data, String name, Object... more) {
        Path out = folder.resolve(name);
        Said said = embed(weights, data, out, more);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.error()).isEmpty();
        assertThat(said.out()).contains("features in " + out, "fp32");
        return out;
    }

    @Test
    void weightsFineTunedOnTheMeanGiveTheAuthorsFeatures() throws IOException {
        Path out = embedded(classifier, fineTuneImages, "f.safetensors", "--preprocess", "none", "--batch-size", 3);
        try (TensorFile ours = Safetensors.read(out);
                TensorFile golden = Golden.tensors("finetune")) {
            assertThat(Golden.largestDifference(ours.get("features"), golden.get("mean.features")))
                    .isLessThan(1e-5);
        }
    }

    @Test
    void aFineTunedCheckpointOfTheAuthorsGivesTheirLogitsAfterItsImport() throws IOException {
        Path imported = folder.resolve("imported");
        Said said = Said.by("import", Golden.path("official_finetune_ckpt.pth"), "--out", imported, "--image-size", 32);
        assertThat(said.exitCode()).as(said.error()).isZero();
        Path out = embedded(imported, images, "f.safetensors", "--preprocess", "none");
        try (PointerScope scope = new PointerScope();
                TensorFile ours = Safetensors.read(out);
                TensorFile golden = Golden.tensors("checkpoints")) {
            Tensor logits = torch.linear(
                    ours.get("features"),
                    golden.get("ft.state.head.weight"),
                    new TensorOptional(golden.get("ft.state.head.bias")));
            assertThat(Golden.largestDifference(logits, golden.get("ft.logits")))
                    .isLessThan(1e-5);
            assertThat(ours.metadata()).containsEntry("weights", "encoder.safetensors");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mean", "cls", "tokens"})
    void poolsAreThoseOfTheEncoder(String pool) throws IOException {
        Path out = embedded(weights, images, pool + ".safetensors", "--pool", pool, "--preprocess", "none");
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                TensorFile ours = Safetensors.read(out);
                TensorFile golden = Golden.tensors("vit_tiny");
                Normalisation normalisation = new Normalisation(
                        List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225), new Device("cpu"));
                MaskedFrequencyModel model =
                        new MaskedFrequencyModel(Configs.run(Configs.vitTiny(), 4), Compute.cpu())) {
            GoldenState.load(model.state(), golden, "a_state.");
            model.setTraining(false);
            VisionTransformer encoder = (VisionTransformer) model.encoder();
            // Ties the order of cells to the authors' map, and the class token to the row before them.
            Tensor map = golden.get("a_encoder_out");
            Tensor all = encoder.tokens(golden.get("a_encoder_input"));
            assertThat(Golden.largestDifference(
                            Tensors.slice(all, 1, 1, 65), map.flatten(2, 3).transpose(1, 2)))
                    .isLessThan(2e-6);
            Tensor tokens = encoder.tokens(normalisation.apply(golden.get("x01")));
            Tensor patches = Tensors.slice(tokens, 1, 1, 65);
            Tensor expected = switch (pool) {
                case "mean" -> Tensors.mean(patches, 1);
                case "cls" -> tokens.select(1, 0);
                default -> patches;
            };
            assertThat(Golden.largestDifference(ours.get("features"), expected)).isLessThan(2e-6);
            assertThat(ours.metadata())
                    .containsEntry("names", "[\"0.png\",\"1.png\"]")
                    .containsEntry("pool", pool)
                    .containsEntry("image_size", "32")
                    .containsEntry("preprocess", "none")
                    .containsEntry("weights", "full.safetensors")
                    .containsEntry("precision", "fp32");
        }
    }

    @Test
    void everyFormatHoldsTheSameFloats() throws IOException {
        Path data = folder.resolve("data, \"quoted\"");
        Images.write(data.resolve("b/1.png"), 1, 50, 40);
        Images.write(data.resolve("a, \"b\".png"), 2, 33, 77);
        Images.write(data.resolve("a/2.png"), 3, 32, 32);
        List<String> names = List.of("a, \"b\".png", "a/2.png", "b/1.png");
        Path npy = embedded(weights, data, "f.npy");
        Path csv = embedded(weights, data, "f.csv");
        try (TensorFile safetensors = Safetensors.read(embedded(weights, data, "f.safetensors"))) {
            float[] expected = Tensors.toFloats(safetensors.get("features"));
            assertThat(new ObjectMapper().readValue(safetensors.metadata().get("names"), String[].class))
                    .containsExactlyElementsOf(names);
            assertThat(safetensors.metadata()).containsEntry("crop_ratio", "1.0");
            NpyContent array = NpyContent.read(npy);
            assertThat(array.shape()).containsExactly(3, 64);
            assertThat(array.values()).isEqualTo(expected);
            assertThat(folder.resolve("f.names.txt")).hasContent(String.join("\n", names));
            List<String> lines = Files.readAllLines(csv);
            assertThat(lines).hasSize(4);
            assertThat(lines.get(0)).startsWith("name,f0,f1,").endsWith(",f63");
            assertThat(lines.get(1)).startsWith("\"a, \"\"b\"\".png\",");
            for (int row = 0; row < 3; row++) {
                String numbers = lines.get(row + 1).replaceFirst("^\"([^\"]|\"\")*\",|^[^,]*,", "");
                float[] values = new float[64];
                String[] words = numbers.split(",", -1);
                for (int i = 0; i < 64; i++) {
                    values[i] = Float.parseFloat(words[i]);
                }
                assertThat(values).isEqualTo(Arrays.copyOfRange(expected, 64 * row, 64 * row + 64));
            }
        }
        assertThat(folder).isDirectoryNotContaining("glob:**writing*");
    }

    @Test
    void theWholeFolderIsTakenWhateverItsLayout() throws IOException {
        Path data = folder.resolve("data");
        for (String name : List.of("val/x.png", "train/a/2.png", "train/b/1.png", "test/z.png", "loose.png")) {
            Images.write(data.resolve(name), 1, 32, 32);
        }
        try (TensorFile ours = Safetensors.read(embedded(weights, data, "f.safetensors"))) {
            assertThat(new ObjectMapper().readValue(ours.metadata().get("names"), String[].class))
                    .containsExactly("loose.png", "test/z.png", "train/a/2.png", "train/b/1.png", "val/x.png");
        }
    }

    @Test
    void javaGivesTheSameRows() throws IOException {
        Path out = embedded(weights, images, "f.safetensors", "--preprocess", "none");
        List<Path> reversed = List.of(images.resolve("1.png"), images.resolve("0.png"));
        EmbedConfig none = EmbedConfig.DEFAULT.withPreprocess(PreprocessConfig.none());
        try (TensorFile ours = Safetensors.read(out);
                PretrainedEncoder encoder = PretrainedEncoder.open(weights)) {
            float[][] rows = encoder.embed(reversed, none);
            assertThat(rows[0])
                    .containsExactly(Tensors.toFloats(ours.get("features").select(0, 1)), within(1e-6f));
            assertThat(rows[1])
                    .containsExactly(Tensors.toFloats(ours.get("features").select(0, 0)), within(1e-6f));
            assertThat(encoder.embed(reversed.get(0))).containsExactly(rows[0], within(1e-6f));
            float[][][] tokens = encoder.embedTokens(reversed, none);
            assertThat(tokens).hasDimensions(2, 64);
            double sum = 0;
            for (float[] token : tokens[0]) {
                sum += token[5];
            }
            assertThat(sum / 64).isCloseTo(rows[0][5], within(1e-5));
        }
    }

    @Test
    void aResNetHasCellsButNoClassToken() throws IOException {
        Path out = embedded(resnet, images, "tokens.npy", "--pool", "tokens");
        assertThat(NpyContent.read(out).shape()).containsExactly(2, 4, 512);
        assertRefused(2, embed(resnet, images, folder.resolve("f.npy"), "--pool", "cls"), "no class token", "ResNet");
    }

    @Test
    void unreadableImagesAreListedAndLeftOutUntilTheyAreTooMany() throws IOException {
        Path data = folder.resolve("data");
        Images.write(data.resolve("a.png"), 1, 32, 32);
        Images.write(data.resolve("c.png"), 2, 32, 32);
        byte[] whole = Files.readAllBytes(data.resolve("a.png"));
        Files.write(data.resolve("b.png"), Arrays.copyOf(whole, whole.length / 2));
        Files.writeString(data.resolve("d.png"), "no image");
        Path out = folder.resolve("f.npy");
        assertRefused(3, embed(weights, data, out), "max-bad");
        assertThat(out).doesNotExist();
        Said said = embed(weights, data, out, "--max-bad", 0.5);
        assertThat(said.exitCode()).isZero();
        assertThat(said.error()).contains("unreadable: ", "b.png", "d.png");
        assertThat(NpyContent.read(out).shape()).containsExactly(2, 64);
        assertThat(folder.resolve("f.names.txt")).hasContent("a.png\nc.png");
    }

    @Test
    void limitTakesTheFirst() throws IOException {
        Path out = embedded(weights, fineTuneImages, "f.npy", "--limit", 3);
        assertThat(NpyContent.read(out).shape()).containsExactly(3, 64);
    }

    @Test
    void whatCannotBeMeantIsRefused() throws IOException {
        Path out = folder.resolve("f.npy");
        assertRefused(2, embed(weights, images, folder.resolve("f.txt")), "f.txt", ".npy, .safetensors or .csv");
        assertRefused(2, embed(weights, images, folder.resolve("f")), "no format");
        assertRefused(2, embed(weights, images, folder.resolve("f.parquet")), "Parquet");
        assertRefused(2, embed(weights, images, folder.resolve("f.csv"), "--pool", "tokens"), "tokens");
        assertRefused(2, embed(weights, images, folder.resolve("nowhere/f.npy")), "nowhere");
        assertRefused(2, embed(weights, images, out, "--pool", "max"), "pool is 'max'", "mean, cls, tokens");
        assertRefused(2, embed(weights, images, out, "--preprocess", "pad"), "preprocess is 'pad'");
        assertRefused(2, embed(weights, images, out, "--crop-ratio", 1.5), "crop-ratio");
        assertRefused(
                2, embed(weights, images, out, "--preprocess", "none", "--crop-ratio", 0.9), "crop-ratio", "none");
        assertRefused(2, embed(weights, images, out, "--limit", 0), "limit");
        assertRefused(2, embed(weights, images, out, "--max-bad", 2), "max-bad");
        assertRefused(2, embed(classifier, images, out, "--pool", "cls"), "fine-tuned");
        assertRefused(3, embed(resnet, images, out, "--preprocess", "none"), "0.png", "32 x 32", "64 x 64");
        assertThat(out).doesNotExist();
    }

    private static void assertRefused(int code, Said said, String... words) {
        assertThat(said.error()).contains(words).doesNotContain("\tat ").startsWith("bandpass: ");
        assertThat(said.exitCode()).isEqualTo(code);
    }
}

package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.pretext.MaskedFrequencyModel;
import io.bandpass.pretext.PretextTask.MicroBatch;
import io.bandpass.task.TrainingTask.BatchTotals;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Golden;
import io.bandpass.testing.GoldenState;
import io.bandpass.testing.GoldenWeights;
import io.bandpass.testing.Images;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code reconstruct --save-tensors} through the command line, against the authors' numbers. */
final class ReconstructTensorsTest {
    private static final double[] MEAN = {0.485, 0.456, 0.406};
    private static final double[] STD = {0.229, 0.224, 0.225};

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path weights;
    private static Path images;
    private static Path five;

    @BeforeAll
    static void write() throws IOException {
        weights = GoldenWeights.full(
                shared.resolve("full.safetensors"), Configs.run(Configs.vitTiny(), 4), "vit_tiny", "a_state.");
        try (TensorFile golden = Golden.tensors("vit_tiny")) {
            images = GoldenWeights.images(shared.resolve("images"), golden.get("img_u8"));
        }
        five = shared.resolve("five");
        for (int i = 0; i < 5; i++) {
            Images.write(five.resolve(i + ".png"), i, 40, 32);
        }
    }

    private Said run(Path data, Path file, Object... more) {
        List<Object> arguments = new ArrayList<>(
                List.of("reconstruct", "--weights", weights, "--images", data, "--save-tensors", file, "--threads", 1));
        arguments.addAll(List.of(more));
        return Said.by(arguments.toArray());
    }

    private Path tensors(Path data, Object... more) {
        Path file = folder.resolve(String.join("", List.of(more).toString().split("\\W+")) + ".safetensors");
        Said said = run(data, file, more);
        assertThat(said.exitCode()).as(said.error()).isZero();
        return file;
    }

    private static Tensor unnormalised(Tensor normalised) {
        TensorVector channels = new TensorVector();
        for (int c = 0; c < 3; c++) {
            channels.push_back(Tensors.add(Tensors.multiply(normalised.select(1, c), STD[c]), MEAN[c]));
        }
        return torch.stack(channels, 1);
    }

    @Test
    void equalsTheAuthors() throws IOException {
        Path file = tensors(images, "--mask", "mixed", "--radius", 4, "--preprocess", "none");
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("vit_tiny");
                TensorFile ours = Safetensors.read(file)) {
            assertThat(Golden.largestDifference(ours.get("input"), golden.get("x01")))
                    .isZero();
            assertThat(Golden.largestDifference(ours.get("mask"), golden.get("mask")))
                    .isZero();
            assertThat(Golden.largestDifference(ours.get("corrupted"), unnormalised(golden.get("a_encoder_input"))))
                    .isLessThan(2e-6);
            assertThat(Golden.largestDifference(ours.get("reconstruction"), unnormalised(golden.get("a_recon"))))
                    .isLessThan(2e-6);
            double expected = golden.get("a_loss").item_double();
            assertThat(ours.get("loss").item_double()).isCloseTo(expected, within(1e-5 * expected));
            assertThat(Tensors.shape(ours.get("loss"))).containsExactly(1);
            assertThat(Tensors.shape(ours.get("image_loss"))).containsExactly(2);
            assertThat(ours.metadata())
                    .containsEntry("names", "[\"0.png\",\"1.png\"]")
                    .containsEntry("preprocess", "none")
                    .containsEntry("image_size", "32");
        }
    }

    @Test
    void aCheckpointOfTheAuthorsGivesTheirLossAfterItsImport() throws IOException {
        Path imported = folder.resolve("imported");
        Said said = Said.by("import", Golden.path("official_ckpt.pth"), "--out", imported, "--image-size", 32);
        assertThat(said.exitCode()).as(said.error()).isZero();
        Path file = folder.resolve("tensors.safetensors");
        Said shown = Said.by(
                "reconstruct",
                "--weights",
                imported,
                "--images",
                images,
                "--save-tensors",
                file,
                "--mask",
                "mixed",
                "--radius",
                4,
                "--preprocess",
                "none");
        assertThat(shown.exitCode()).as(shown.error()).isZero();
        try (TensorFile ours = Safetensors.read(file);
                TensorFile golden = Golden.tensors("checkpoints")) {
            double expected = golden.get("pre.loss").item_double();
            assertThat(ours.get("loss").item_double()).isCloseTo(expected, within(1e-5 * expected));
        }
    }

    @Test
    void noValueDependsOnTheBatch() throws IOException {
        Path one = tensors(five, "--mask", "mixed", "--batch-size", 1);
        Path two = tensors(five, "--mask", "mixed", "--batch-size", 2);
        Path all = tensors(five, "--mask", "mixed", "--batch-size", 5);
        try (PointerScope scope = new PointerScope();
                TensorFile expected = Safetensors.read(all);
                TensorFile golden = Golden.tensors("vit_tiny");
                MaskedFrequencyModel model =
                        new MaskedFrequencyModel(Configs.run(Configs.vitTiny(), 4), Compute.cpu())) {
            GoldenState.load(model.state(), golden, "a_state.");
            Tensor bytes = Tensors.multiply(expected.get("input"), 255).round().to(ScalarType.Byte);
            MicroBatch whole = model.microBatch(bytes, new boolean[] {true, false, true, false, true});
            double loss = whole.reconstruct(BatchTotals.of(List.of(whole))).loss();
            for (Path file : List.of(one, two, all)) {
                try (TensorFile ours = Safetensors.read(file)) {
                    assertThat(ours.get("loss").item_double()).isCloseTo(loss, within(1e-6 * loss));
                    for (String name : expected.names()) {
                        assertThat(Golden.largestDifference(ours.get(name), expected.get(name)))
                                .as(name)
                                .isLessThan(2e-6);
                    }
                }
            }
            float[] each = Tensors.toFloats(expected.get("image_loss"));
            MicroBatch second = model.microBatch(Tensors.slice(bytes, 0, 1, 2), new boolean[] {false});
            assertThat((double) each[1])
                    .isCloseTo(
                            second.reconstruct(BatchTotals.of(List.of(second))).loss(), within(1e-6));
            assertThat(each[0]).isNotCloseTo(each[1], within(1e-3f));
        }
    }

    @Test
    void bothIsAllLowThenAllHighAndTheDefault() throws IOException {
        Path both = tensors(five, "--mask", "both", "--batch-size", 2);
        Path usual = tensors(five);
        Path low = tensors(five, "--mask", "low");
        Path high = tensors(five, "--mask", "high");
        try (PointerScope scope = new PointerScope();
                TensorFile lows = Safetensors.read(low);
                TensorFile highs = Safetensors.read(high)) {
            for (Path file : List.of(both, usual)) {
                try (TensorFile ours = Safetensors.read(file)) {
                    for (String name : List.of("input", "corrupted", "mask", "reconstruction", "image_loss")) {
                        Tensor expected = torch.cat(new TensorVector(lows.get(name), highs.get(name)), 0);
                        assertThat(Golden.largestDifference(ours.get(name), expected))
                                .as(name)
                                .isLessThan(2e-6);
                    }
                    assertThat(ours.metadata().get("names"))
                            .startsWith("[\"0.png\",\"1.png\"")
                            .contains("4.png\",\"0.png");
                }
            }
        }
    }

    @Test
    void unreadableImagesAreLeftOutAndDoNotShiftTheMasks() throws IOException {
        Path mixed = folder.resolve("mixed");
        for (int i = 0; i < 5; i++) {
            Files.createDirectories(mixed);
            Files.copy(five.resolve(i + ".png"), mixed.resolve(2 * i + ".png"));
        }
        byte[] whole = Files.readAllBytes(five.resolve("0.png"));
        Files.write(mixed.resolve("1.png"), Arrays.copyOf(whole, whole.length / 2));
        Path expected = tensors(five, "--mask", "mixed");
        Path file = folder.resolve("out.safetensors");
        Said said = run(mixed, file, "--mask", "mixed", "--batch-size", 2);
        assertThat(said.exitCode()).isZero();
        assertThat(said.error()).contains("unreadable", "1.png");
        try (TensorFile ours = Safetensors.read(file);
                TensorFile theirs = Safetensors.read(expected)) {
            for (String name : theirs.names()) {
                assertThat(Golden.largestDifference(ours.get(name), theirs.get(name)))
                        .as(name)
                        .isLessThan(2e-6);
            }
        }
    }

    @Test
    void limitTakesTheFirst() throws IOException {
        try (TensorFile ours = Safetensors.read(tensors(five, "--limit", 2, "--mask", "low"))) {
            assertThat(Tensors.shape(ours.get("input"))).containsExactly(2, 3, 32, 32);
        }
    }

    @Test
    void picturesFollowTheMask() {
        Said said = Said.by(
                "reconstruct", "--weights", weights, "--data", five, "--out", folder.resolve("p"), "--mask", "low");
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(folder.resolve("p")).isDirectoryContaining("glob:**0000-0.png.png");
    }

    @Test
    void whatCannotBeMeantIsRefused() throws IOException {
        Path out = folder.resolve("out.safetensors");
        assertRefused(2, Said.by("reconstruct", "--weights", weights, "--images", five), "--out", "--save-tensors");
        assertRefused(2, run(five, folder.resolve("out.npy")), ".safetensors");
        assertRefused(2, run(five, out, "--mask", "band"), "mask is 'band'", "low, high, both, mixed");
        assertRefused(2, run(five, out, "--radius", 0), "radius");
        assertRefused(2, run(five, out, "--radius", 1000), "mask.radius");
        assertRefused(2, run(five, out, "--precision", "fp16"), "precision");
        assertRefused(2, run(five, out, "--batch-size", 0), "batch-size");
        assertRefused(2, run(five, out, "--threads", 0), "--threads");
        assertRefused(3, run(five, out, "--preprocess", "none"), "0.png", "40 x 32", "32 x 32");
        assertRefused(3, run(Files.createDirectories(folder.resolve("empty")), out), "empty");
        assertThat(folder).isDirectoryNotContaining("glob:**safetensors").isDirectoryNotContaining("glob:**writing*");
    }

    private static void assertRefused(int code, Said said, String... words) {
        assertThat(said.error()).contains(words).doesNotContain("\tat ").startsWith("bandpass: ");
        assertThat(said.exitCode()).isEqualTo(code);
    }
}

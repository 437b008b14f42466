package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.testing.GoldenWeights;
import io.bandpass.testing.Images;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code predict} through the command line, with the authors' fine-tuned checkpoint. */
final class PredictCommandTest {
    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path weights;
    private static Path images;

    @BeforeAll
    static void write() throws IOException {
        weights = shared.resolve("imported");
        Said said = Said.by("import", Golden.path("official_finetune_ckpt.pth"), "--out", weights, "--image-size", 32);
        assertThat(said.exitCode()).as(said.error()).isZero();
        try (TensorFile golden = Golden.tensors("vit_tiny")) {
            images = GoldenWeights.images(shared.resolve("images"), golden.get("img_u8"));
        }
    }

    private static Said predict(Path data, Object... more) {
        List<Object> arguments =
                new ArrayList<>(List.of("predict", "--weights", weights, "--images", data, "--threads", 1));
        arguments.addAll(List.of(more));
        return Said.by(arguments.toArray());
    }

    /** A run of finetune leaves its encoder in the classifier. */
    @Test
    void theEncoderOfAFineTuningRunIsTakenByItsRun() throws IOException {
        Path run = folder.resolve("run");
        Files.createDirectories(run.resolve("weights"));
        Files.copy(weights.resolve("encoder.safetensors"), run.resolve("weights/classifier.safetensors"));
        Path features = folder.resolve("features.npy");
        Said said = Said.by("embed", "--run", run, "--data", images, "--out", features, "--threads", 1);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out()).contains("classifier.safetensors: 32 x 32 pixels", "2 x 64 features");
    }

    @Test
    void importedWeightsGiveTheAuthorsLogits() throws IOException {
        Path tensors = folder.resolve("logits.safetensors");
        Path table = folder.resolve("predictions.csv");
        Said said = predict(images, "--preprocess", "none", "--save-tensors", tensors, "--out", table);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out()).contains("10 classes, 32 x 32 pixels, none", "2 images classified in " + table);
        try (TensorFile ours = Safetensors.read(tensors);
                TensorFile golden = Golden.tensors("checkpoints")) {
            assertThat(Golden.largestDifference(ours.get("logits"), golden.get("ft.logits")))
                    .isLessThan(1e-5);
            assertThat(ours.metadata())
                    .containsEntry("names", "[\"0.png\",\"1.png\"]")
                    .containsEntry("weights", "encoder.safetensors")
                    .containsEntry("image_size", "32")
                    .containsEntry("preprocess", "none")
                    .containsEntry("precision", "fp32");
            List<String> lines = Files.readAllLines(table);
            assertThat(lines).hasSize(3);
            assertThat(lines.get(0))
                    .isEqualTo("name,class,probability,class2,probability2,class3,probability3,class4,probability4,"
                            + "class5,probability5");
            double[] logits = Tensors.toDoubles(golden.get("ft.logits").select(0, 1));
            int best = 0;
            for (int i = 0; i < logits.length; i++) {
                best = logits[i] > logits[best] ? i : best;
            }
            assertThat(lines.get(2)).startsWith("1.png," + best + ",0.");
        }
    }

    @Test
    void withoutAFileAFewImagesAreShown() throws IOException {
        Path many = folder.resolve("many");
        for (int i = 0; i < 23; i++) {
            Images.write(many.resolve("image%02d.png".formatted(i)), i, 40, 36);
        }
        Said said = predict(many);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out())
                .contains("image00.png  ", "image19.png  ", " %", "20 of 23 images", "crop 32 of 32")
                .doesNotContain("image20.png");
        assertThat(predict(many, "--limit", 2).out()).contains("image01.png").doesNotContain("image02.png", " of 23");
    }

    @Test
    void unreadableImagesAreListedAndLeftOut() throws IOException {
        Path mixed = folder.resolve("mixed");
        Images.write(mixed.resolve("b/good, really.png"), 1, 32, 32);
        Images.write(mixed.resolve("a.png"), 2, 32, 32);
        Images.write(mixed.resolve("broken.png"), new byte[] {1, 2, 3});
        Path table = folder.resolve("predictions.csv");
        Said refused = predict(mixed, "--out", table);
        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.error()).contains("broken.png", "--max-bad");
        assertThat(table).doesNotExist();
        Said said = predict(mixed, "--out", table, "--max-bad", 0.5);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.error()).contains("unreadable: ", "broken.png");
        List<String> lines = Files.readAllLines(table);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1)).startsWith("a.png,");
        assertThat(lines.get(2)).startsWith("\"b/good, really.png\",");
    }

    @Test
    void filesThatCannotBeMeantAreRefusedBeforeAnythingIsDone() throws IOException {
        Said table = predict(images, "--out", folder.resolve("predictions.txt"));
        assertThat(table.exitCode()).isEqualTo(2);
        assertThat(table.error()).contains("must end in .csv");
        Said tensors = predict(images, "--save-tensors", folder.resolve("logits.npy"));
        assertThat(tensors.exitCode()).isEqualTo(2);
        assertThat(tensors.error()).contains("must end in .safetensors");
        assertThat(predict(images, "--out", folder.resolve("none/predictions.csv"))
                        .exitCode())
                .isEqualTo(2);
        assertThat(predict(images, "--crop-ratio", 2).error()).contains("crop-ratio is 2");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void imagesOfAnotherSizeDoNotPassUnchangedAndNothingIsLeft() throws IOException {
        Path larger = folder.resolve("larger");
        Images.write(larger.resolve("a.png"), 1, 40, 40);
        Path table = folder.resolve("predictions.csv");
        Said said = predict(larger, "--preprocess", "none", "--out", table);
        assertThat(said.exitCode()).isEqualTo(3);
        assertThat(said.error()).contains("a.png has 40 x 40 pixels");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(larger);
        }
    }
}

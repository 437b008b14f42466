package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.inference.SegmentationModel;
import io.bandpass.inference.SegmentedImage;
import io.bandpass.testing.Images;
import io.bandpass.testing.TinyRuns;
import io.bandpass.torch.Tensors;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From a folder of masks to masks of new images, through the command line. */
final class SegmentCommandTest {
    private static final List<Object> SMALL = List.of(
            "--set",
            "encoder={type: resnet, image-size: 16, block: basic, stages: [1, 1], widths: [8, 16], bottleneck-widths: [],"
                    + " stem-width: 8, stem-kernel: 3, stem-stride: 1, max-pool: false}",
            "--set",
            "head={width: 8, auxiliary-width: 8}",
            "--set",
            "train={steps: 60, batch-size: 8, threads: 1, precision: fp32}",
            "--set",
            "schedule.warmup-steps=3",
            "--set",
            "optimizer.learning-rate=0.01",
            "--set",
            "augment={resize: [], ratios: [0.75, 1.5], photometric: false}",
            "--set",
            "validate={every-steps: 30, crop: 16}",
            "--set",
            "data.workers=1");

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path data;
    private static Path run;

    @BeforeAll
    static void train() throws IOException {
        data = TinyRuns.scenes(shared.resolve("data"), 32);
        run = shared.resolve("run");
        Said said = segment("--data", data, "--out", run);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out()).contains("segmentation into 2 classes", "mIoU", "bandpass predict --run");
    }

    @Test
    void onnxRefusesASegmentationModel() {
        Path out = folder.resolve("segmenter.onnx");
        Said said = Said.by("export", "--run", run, "--format", "onnx", "--out", out);
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.error())
                .contains("holds a segmentation model, which --format onnx cannot write yet: it takes encoders and"
                        + " classifiers");
        assertThat(out).doesNotExist();
    }

    private static Said segment(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("segment"));
        arguments.addAll(List.of(more));
        arguments.addAll(SMALL);
        return Said.by(arguments.toArray());
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    @Test
    void aRunLeavesWeightsScoresPicturesAndAReport() throws IOException {
        assertThat(run.resolve("weights/segmenter.safetensors")).exists();
        assertThat(run.resolve("weights/segmenter-best.safetensors")).exists();
        assertThat(run.resolve("samples/step-30.png")).exists();
        assertThat(run.resolve("samples/worst.png")).exists();
        assertThat(run.resolve("report.html"))
                .content()
                .contains(
                        "mIoU of held-out images",
                        "mIoU of the most frequent class",
                        "The worst images",
                        "rings",
                        "Most frequent confusions");
        JsonNode scores = json(run.resolve("scores.json"));
        assertThat(scores.get("classes")).hasSize(2);
        assertThat(scores.get("confusions").get(0).get("share").asDouble()).isBetween(0.0, 1.0);
        assertThat(scores.get("mIoU").asDouble())
                .as("it learns to tell rings from stripes better than one class for all")
                .isGreaterThan(0.4);
    }

    /** The same numbers on three ways: at the end of the run, from its weights, and from the masks that they give. */
    @Test
    void scoresAreThoseOfTheRunOfItsWeightsAndOfItsMasks() throws IOException {
        Path evaluated = folder.resolve("evaluated.json");
        Said said = Said.by("evaluate", "--run", run, "--data", data, "--out", evaluated, "--threads", 1);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out()).contains("held out", "rings");
        Path masks = folder.resolve("masks");
        Said predicted = predict(data.resolve("images/val"), "--out", masks);
        assertThat(predicted.exitCode()).as(predicted.error()).isZero();
        Path compared = folder.resolve("compared.json");
        Said scored = Said.by(
                "evaluate",
                "--predictions",
                masks,
                "--truth",
                data.resolve("masks/val"),
                "--classes",
                data.resolve("classes.txt"),
                "--out",
                compared);
        assertThat(scored.exitCode()).as(scored.error()).isZero();

        JsonNode own = json(run.resolve("scores.json"));
        assertThat(json(evaluated)).isEqualTo(own);
        assertThat(json(compared)).isEqualTo(own);
    }

    private static Said predict(Path images, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("predict", "--run", run, "--images", images, "--threads", 1));
        arguments.addAll(List.of(more));
        return Said.by(arguments.toArray());
    }

    @Test
    void whatCannotBePredictedIsSaidInASentence() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        Said taken = predict(data.resolve("images/val"), "--out", file);
        assertThat(taken.exitCode()).isEqualTo(2);
        assertThat(taken.error()).contains("there is a file of that name");
        Path large = Files.createDirectories(folder.resolve("large"));
        Images.write(large.resolve("a.png"), 1, 1500, 1400);
        Said said = predict(large, "--out", folder.resolve("masks"), "--scales", 10);
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.error()).contains("at the scale 10.0", "--scales").doesNotContain("Exception");
        Said device = predict(large, "--out", folder.resolve("masks"), "--device", "tpu");
        assertThat(device.exitCode()).isEqualTo(2);
        assertThat(device.error()).contains("--device is 'tpu', but must be one of auto, cpu, cuda");
    }

    @Test
    void aSetOfWhichNothingIsHeldOutIsRefused() throws IOException {
        Path few = TinyRuns.scenes(folder.resolve("few"), 4);
        for (String part : List.of("images", "masks")) {
            Files.move(few.resolve(part + "/train"), folder.resolve(part));
        }
        Path own = Files.createDirectories(folder.resolve("own"));
        Files.move(folder.resolve("images"), own.resolve("images"));
        Files.move(folder.resolve("masks"), own.resolve("masks"));
        Said said = segment("--data", own, "--out", folder.resolve("run"), "--set", "masks.held-out-fraction=0");
        assertThat(said.exitCode()).as(said.error()).isEqualTo(3);
        assertThat(said.error()).contains("there is no image to score the model on", "masks.held-out-fraction");
        Said tenth = Said.by("data", "verify", "--data", own, "--masks");
        assertThat(tenth.out()).contains("4 images with a mask");
    }

    @Test
    void masksHaveTheValuesOfTheDataAndTensorsAreThoseOfTheHead() throws IOException {
        Path masks = folder.resolve("masks");
        Path tensors = folder.resolve("tensors.safetensors");
        Said said = predict(
                data.resolve("images/val"),
                "--out",
                masks,
                "--save-tensors",
                tensors,
                "--mode",
                "whole",
                "--preprocess",
                "none");
        assertThat(said.exitCode()).as(said.error()).isZero();

        assertThat(masks.resolve("shares.csv")).content().startsWith("name,rings,stripes\n0.png,");
        assertThat(masks.resolve("overlays/0.png")).exists();
        BufferedImage mask = ImageIO.read(masks.resolve("0.png").toFile());
        try (TensorFile file = Safetensors.read(tensors)) {
            assertThat(Tensors.shape(file.get("logits"))).startsWith(16, 2);
            assertThat(Tensors.shape(file.get("classes"))).containsExactly(16, 16, 16);
            long[] classes = Tensors.toLongs(file.get("classes").to(ScalarType.Long));
            for (int i = 0; i < 16 * 16; i++) {
                assertThat(mask.getRaster().getSample(i % 16, Math.floorDiv(i, 16), 0))
                        .isEqualTo((int) classes[i]);
            }
        }
    }

    @Test
    void masksReplaceNoImages() throws IOException {
        Path photos = Files.createDirectories(folder.resolve("photos"));
        Path photo = Images.write(photos.resolve("a.png"), 1, 20, 20);
        byte[] before = Files.readAllBytes(photo);
        Said onto = predict(photos, "--out", photos);
        assertThat(onto.exitCode()).isEqualTo(2);
        assertThat(onto.error()).contains("would replace the image").doesNotContain("Exception");
        assertThat(photo).hasBinaryContent(before);
        Files.copy(data.resolve("images/val/0.png"), photos.resolve("a.bmp"));
        Said twice = predict(photos, "--out", folder.resolve("masks"));
        assertThat(twice.exitCode()).as(twice.error()).isZero();
        assertThat(folder.resolve("masks/a.bmp.png")).exists();
        assertThat(folder.resolve("masks/a.png.png")).exists();
    }

    /** Their relative names clash, so that they go by their full ones, which lead out of the folder of the masks. */
    @Test
    void masksOfImagesInTwoFoldersStayInTheirOwn() throws IOException {
        Path first = Images.write(folder.resolve("first/a.png"), 1, 20, 20);
        Path second = Images.write(folder.resolve("second/a.png"), 2, 20, 20);
        byte[] before = Files.readAllBytes(first);
        Path masks = folder.resolve("masks");
        Said said = predict(folder.resolve("first"), "--images", folder.resolve("second"), "--out", masks);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(first).hasBinaryContent(before);
        assertThat(masks.resolve(first.getRoot().relativize(first).toString())).exists();
        assertThat(masks.resolve(second.getRoot().relativize(second).toString()))
                .exists();
    }

    @Test
    void scalesAndFlipsAreAveraged() {
        Said said = Said.by(
                "evaluate",
                "--run",
                run,
                "--data",
                data,
                "--scales",
                "0.5,1,2",
                "--flip",
                "--mode",
                "slide",
                "--crop",
                16,
                "--stride",
                8,
                "--threads",
                1);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out()).contains("mIoU");
    }

    @Test
    void aModelIsUsedFromJavaByManyThreads() throws Exception {
        Path photo = Images.write(folder.resolve("photo.png"), 7, 56, 40);
        try (SegmentationModel model = SegmentationModel.open(run)) {
            SegmentedImage first = model.segment(photo);
            assertThat(first.labels().height()).isEqualTo(40);
            assertThat(first.labels().width()).isEqualTo(56);
            assertThat(first.classAt(39, 55)).isIn("rings", "stripes");
            assertThat(first.shares().stream().mapToDouble(Double::doubleValue).sum())
                    .isCloseTo(1, within(1e-9));
            ExecutorService threads = Executors.newFixedThreadPool(4);
            Callable<SegmentedImage> work = () -> model.segment(photo);
            for (Future<SegmentedImage> other : threads.invokeAll(List.of(work, work, work, work))) {
                assertThat(other.get().labels().ids()).isEqualTo(first.labels().ids());
            }
            threads.shutdown();
        }
    }

    @Test
    void aModelIsTrainedOnFromTheEncoderOfAnother() {
        Said said = segment("--data", data, "--run", run, "--out", folder.resolve("next"), "--few-images", 16);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out()).contains("16 to train on, 16 held out");
    }

    @Test
    void whatDoesNotFitIsSaidInASentence() throws IOException {
        refused(2, "--data", data, "--run", run, "--from-scratch", "quick");
        refused(2, "--resume", run, "--few-images", 3);
        refused(3, "--data", Files.createDirectories(folder.resolve("empty")), "--out", folder.resolve("a"));
        Path few = folder.resolve("few");
        for (String part : List.of("images", "masks")) {
            Files.createDirectories(few.resolve(part));
            Files.copy(
                    data.resolve(part).resolve("train/0.png"), few.resolve(part).resolve("0.png"));
        }
        refused(3, "--data", few, "--classes", data.resolve("classes.txt"), "--out", folder.resolve("b"));
        Said onClassifier = predict(data.resolve("images/val"));
        assertThat(onClassifier.exitCode()).isEqualTo(2);
        assertThat(onClassifier.error()).contains("--out DIR").doesNotContain("Exception");
        Said crop = predict(data.resolve("images/val"), "--out", folder.resolve("m"), "--preprocess", "crop");
        assertThat(crop.exitCode()).isEqualTo(2);
        assertThat(crop.error()).contains("--preprocess may be none");
        Said both = Said.by("evaluate", "--predictions", folder, "--truth", folder, "--data", data);
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.error()).contains("--predictions are scored without a model");
        Said whole = predict(data.resolve("images/val"), "--out", folder.resolve("m"), "--mode", "whole", "--crop", 16);
        assertThat(whole.exitCode()).isEqualTo(2);
        assertThat(whole.error()).contains("mode is whole, but must be slide where a crop or a stride is set");
        Said table = predict(data.resolve("images/val"), "--out", folder.resolve("a.csv"));
        assertThat(table.exitCode()).isEqualTo(2);
        assertThat(table.error()).contains("it is a folder");
        Said half = Said.by("evaluate", "--predictions", folder);
        assertThat(half.exitCode()).isEqualTo(2);
        assertThat(half.error()).contains("--truth");
    }

    /** Wrong metadata is the file's fault, not that of the command line. */
    @ParameterizedTest
    @CsvSource({
        "head, levels: [], 'levels: [0, 7]', 'head.levels is [0, 7]'",
        "validate, stride: auto, stride: 17, 'validate.stride is 17, but must be at most validate.crop'",
        "label-classes, ignore-value: 255, ignore-value: 1, 'ignore-value is 1, but must be a value'"
    })
    void aHeaderThatContradictsItselfIsRefused(String key, String before, String after, String reason)
            throws IOException {
        Path damaged = folder.resolve("damaged.safetensors");
        try (TensorFile file = Safetensors.read(run.resolve("weights/segmenter.safetensors"))) {
            Map<String, String> metadata = new HashMap<>(file.metadata());
            assertThat(metadata.get(key)).contains(before);
            metadata.computeIfPresent(key, (name, text) -> text.replace(before, after));
            Safetensors.write(damaged, file.all(), metadata);
        }
        Said said = Said.by(
                "predict", "--weights", damaged, "--images", data.resolve("images/val"), "--out", folder.resolve("m"));
        assertThat(said.exitCode()).as(said.error()).isEqualTo(3);
        assertThat(said.error()).contains("damaged.safetensors is damaged", reason);
    }

    private static void refused(int exitCode, Object... arguments) {
        Said said = segment(arguments);
        assertThat(said.exitCode()).as(said.error()).isEqualTo(exitCode);
        assertThat(said.error()).doesNotContain("Exception");
    }

    @Test
    void dataVerifyShowsTheValuesOfMasks() {
        Said said = Said.by("data", "verify", "--data", data, "--masks");
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out()).contains("48 images with a mask, layout folders, 16 held out", "rings", "ignored");
    }

    @Test
    void dataVerifyNamesAMaskThatDoesNotFit() throws IOException {
        Path broken = TinyRuns.scenes(folder.resolve("broken"), 8);
        Images.write(broken.resolve("masks/train/3.png"), 1, 5, 5);
        Files.delete(broken.resolve("masks/val/1.png"));
        Said said = Said.by("data", "verify", "--data", broken, "--masks");
        assertThat(said.exitCode()).isEqualTo(3);
        assertThat(said.out()).contains("fault: ", "3.png", "1.png");
    }
}

package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.inference.ImageClassifier;
import io.bandpass.inference.PretrainedEncoder;
import io.bandpass.metrics.RunSummary;
import io.bandpass.run.Finetuning;
import io.bandpass.run.NextSteps;
import io.bandpass.run.RunKinds;
import io.bandpass.testing.Images;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a fine-tuning run to its scores and predictions. */
final class ClassifierEvaluationTest {
    private static final List<String> SETTINGS = List.of(
            "encoder.type=vit",
            "encoder.image-size=16",
            "encoder.patch-size=4",
            "encoder.width=16",
            "encoder.depth=1",
            "encoder.heads=2",
            "train.epochs=2",
            "train.batch-size=8",
            "train.threads=1",
            "train.precision=fp32",
            "data.workers=1");

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path digits;
    private static Path run;
    private static RunSummary summary;
    private static Path photos;
    private static Path ofPhotos;

    @BeforeAll
    static void train() throws IOException {
        digits = TinyRuns.images(shared.resolve("digits"), 32);
        run = shared.resolve("run");
        summary = finetuning(digits, run).run();
        photos = shared.resolve("photos");
        for (int i = 0; i < 8; i++) {
            Images.write(photos.resolve("train/ant/" + i + ".png"), i, 20, 20);
            Images.write(photos.resolve("train/bee/" + i + ".png"), 100 + i, 30, 20);
        }
        for (String name : List.of("val/ant/a.png", "val/ant/b.png", "val/bee/a.png")) {
            Images.write(photos.resolve(name), name.hashCode() & 255, 20, 20);
        }
        ofPhotos = shared.resolve("of-photos");
        finetuning(photos, ofPhotos).set("validate.crop-ratio=0.8").run();
    }

    private static Finetuning finetuning(Path data, Path out) {
        Finetuning tuning = Finetuning.recipe("finetune-quick")
                .fromScratch("quick-vit")
                .data(data.toString())
                .out(out);
        SETTINGS.forEach(tuning::set);
        return tuning;
    }

    private static Said evaluate(Path weights, Path data, Object... more) {
        return by(List.of("evaluate"), weights, data, more);
    }

    private static Said olderForm(Path weights, Path data, Object... more) {
        return by(List.of("finetune", "--eval"), weights, data, more);
    }

    private static Said by(List<Object> command, Path weights, Path data, Object... more) {
        List<Object> arguments = new ArrayList<>(command);
        arguments.addAll(List.of("--run", weights, "--data", data, "--threads", 1));
        arguments.addAll(List.of(more));
        return Said.by(arguments.toArray());
    }

    @Test
    void theScoresOfTheHeldOutPartAreThoseOfTheRun() throws IOException {
        Path out = folder.resolve("scores.json");
        Said said = evaluate(run, digits, "--out", out);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out()).contains("16 images, the part of the data that is held out", "accuracy by class:");
        JsonNode json = new ObjectMapper().readTree(out.toFile());
        assertThat(json.path("part").asText()).isEqualTo("held out");
        assertThat(json.path("images").asInt()).isEqualTo(16);
        for (String score : List.of("top1", "top5", "cross_entropy", "calibration_error")) {
            assertThat(json.path(score).asDouble())
                    .as(score)
                    .isCloseTo(summary.score(score).orElseThrow(), within(1e-6));
        }
        double right = 0;
        for (JsonNode each : json.path("classes")) {
            assertThat(each.path("images").asInt()).isEqualTo(8);
            right += 8 * each.path("accuracy").asDouble();
        }
        assertThat(right / 16).isCloseTo(json.path("top1").asDouble(), within(1e-9));
    }

    @Test
    void theOlderFormOfTheCommandGivesTheSameAndSaysSo() throws IOException {
        Path now = folder.resolve("now.json");
        Path before = folder.resolve("before.json");
        evaluate(run, digits, "--out", now);
        Said said = olderForm(run, digits, "--scores", before);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out() + said.error()).contains("finetune --eval is bandpass evaluate now");
        assertThat(before).hasSameTextualContentAs(now);
    }

    @Test
    void dataThatNamesNoHeldOutPartIsTakenWhole() throws IOException {
        Path table = folder.resolve("images.csv");
        Path image = photos.toAbsolutePath().resolve("train");
        StringBuilder lines = new StringBuilder("path,label\n");
        for (String name : List.of("bee/0.png", "ant/0.png", "ant/1.png")) {
            lines.append(image.resolve(name)).append(',').append(name, 0, 3).append('\n');
        }
        Files.writeString(table, lines);
        Path out = folder.resolve("scores.json");
        Said said = evaluate(ofPhotos, table, "--out", out);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out()).contains("3 images, all of the data");
        double right = 0;
        try (ImageClassifier classifier = ImageClassifier.open(ofPhotos)) {
            assertThat(classifier.classNames()).containsExactly("ant", "bee");
            assertThat(classifier.preprocess().cropRatio()).isEqualTo(0.8);
            for (String name : List.of("bee/0.png", "ant/0.png", "ant/1.png")) {
                right += name.startsWith(classifier.predict(image.resolve(name)).className()) ? 1 : 0;
            }
        }
        JsonNode json = new ObjectMapper().readTree(out.toFile());
        assertThat(json.path("top1").asDouble()).isCloseTo(right / 3, within(1e-9));
        assertThat(json.path("classes").get(0).path("name").asText()).isEqualTo("ant");
        assertThat(json.path("classes").get(0).path("images").asInt()).isEqualTo(2);
    }

    @Test
    void classesAreTheSameByNameAndNotByNumber() throws IOException {
        Path swapped = folder.resolve("swapped.safetensors");
        try (TensorFile weights = Safetensors.read(ofPhotos.resolve("weights/classifier.safetensors"))) {
            Map<String, String> metadata = new LinkedHashMap<>(weights.metadata());
            assertThat(metadata.put("class-names", "[\"bee\", \"ant\"]")).isEqualTo("[\"ant\",\"bee\"]");
            Safetensors.write(swapped, weights.all(), metadata);
        }
        double sum = 0;
        for (Path weights : List.of(ofPhotos, swapped)) {
            Path out = folder.resolve("scores.json");
            Said said =
                    Said.by("finetune", "--eval", "--weights", weights, "--data", photos, "--out", out, "--threads", 1);
            assertThat(said.exitCode()).as(said.error()).isZero();
            sum += new ObjectMapper().readTree(out.toFile()).path("top1").asDouble();
        }
        // What one gets right the other gets wrong.
        assertThat(sum).isCloseTo(1, within(1e-9));
    }

    @Test
    void otherClassesAreRefusedByName() {
        Said said = evaluate(run, photos);
        assertThat(said.exitCode()).isEqualTo(3);
        assertThat(said.error())
                .contains("the images lack 0, 1, and the classifier does not know ant, bee; both must have the same");
    }

    @Test
    void whatDoesNotGoWithEvalIsRefused() {
        assertThat(olderForm(run, digits, "--epochs", 3).error()).contains("train.epochs does not matter");
        assertThat(evaluate(run, digits, "--set", "train.epochs=3").error()).contains("train.epochs does not matter");
        assertThat(evaluate(run, digits, "--overwrite").exitCode()).isEqualTo(2);
        assertThat(olderForm(run, digits, "--overwrite").error()).contains("--eval trains nothing");
        assertThat(Said.by("finetune", "--eval", "--data", digits).error()).contains("--eval needs a classifier");
        Said noData = Said.by("finetune", "--eval", "--run", run);
        assertThat(noData.exitCode()).isEqualTo(2);
        assertThat(noData.error()).contains("give --data");
    }

    @Test
    void fewerClassesMakeFewerColumns() throws IOException {
        Path table = folder.resolve("predictions.csv");
        Said said = Said.by("predict", "--run", ofPhotos, "--images", photos, "--out", table, "--threads", 1);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out()).contains("2 classes, 16 x 16 pixels, crop 16 of 20");
        List<String> lines = Files.readAllLines(table);
        assertThat(lines).hasSize(20);
        assertThat(lines.get(0)).isEqualTo("name,class,probability,class2,probability2");
        assertThat(lines.get(1)).matches("train/ant/0.png,(ant|bee),0\\.\\d+,(ant|bee),0\\.\\d+");
    }

    @Test
    void theLastWordsOfARunAreOfItsClassifier() {
        List<String> words = NextSteps.lastWords(RunKinds.FINETUNING, run, summary);
        String all = String.join("\n", words);
        assertThat(all)
                .contains(
                        "top-1 ",
                        " at step ",
                        run.resolve("weights/classifier.safetensors").toString())
                .contains("bandpass predict --run " + run, "bandpass evaluate --run " + run)
                .doesNotContain("encoder.safetensors", "reconstruct", "kNN", "--resume", "classifier-ema");
        RunSummary interrupted = new RunSummary(
                "interrupted",
                summary.steps(),
                summary.epochs(),
                summary.finalLoss(),
                summary.scores(),
                0,
                0,
                summary.seconds());
        assertThat(NextSteps.lastWords(RunKinds.FINETUNING, run, interrupted))
                .contains("  bandpass finetune --resume " + run);
    }

    @Test
    void imagesArePreparedAsTheClassifierWasValidatedByEveryCommand() throws IOException {
        Path train = photos.resolve("train");
        Path usual = folder.resolve("usual.csv");
        Path said = folder.resolve("said.csv");
        Said embedded = Said.by("embed", "--run", ofPhotos, "--images", train, "--out", usual, "--threads", 1);
        assertThat(embedded.out()).as(embedded.error()).contains("crop 16 of 20;");
        Said.by("embed", "--run", ofPhotos, "--data", train, "--out", said, "--threads", 1, "--crop-ratio", 0.8);
        assertThat(said).hasSameTextualContentAs(usual);
        assertThat(Said.by("predict", "--run", ofPhotos, "--data", train, "--preprocess", "crop", "--threads", 1)
                        .out())
                .contains("crop 16 of 20");
        for (String command : List.of("knn", "probe")) {
            Said own = Said.by(command, "--run", ofPhotos, "--threads", 1);
            assertThat(own.exitCode()).as(own.error()).isZero();
            assertThat(Said.by(command, "--run", ofPhotos, "--threads", 1, "--crop-ratio", 0.8)
                            .out())
                    .isEqualTo(own.out());
        }
        try (PretrainedEncoder encoder = PretrainedEncoder.open(ofPhotos)) {
            assertThat(encoder.preprocess().cropRatio()).isEqualTo(0.8);
        }
        assertThat(Said.by("embed", "--run", ofPhotos, "--data", train, "--out", said, "--crop-ratio", 2)
                        .error())
                .contains("crop-ratio");
    }

    @Test
    void theFileOfTheScoresHasAnOptionOfItsOwn() throws IOException {
        Path out = folder.resolve("scores.json");
        assertThat(evaluate(run, digits, "--scores", out).exitCode()).isZero();
        assertThat(new ObjectMapper().readTree(out.toFile()).path("images").asInt())
                .isEqualTo(16);
        assertThat(olderForm(run, digits, "--scores", out, "--out", out).error())
                .contains("give one");
        assertThat(Said.by("finetune", "--run", run, "--scores", out).error()).contains("--scores goes with --eval");
    }
}

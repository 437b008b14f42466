package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.testing.Images;
import io.bandpass.testing.RunFiles;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs, weights and images that are not as they should be. */
final class FoldersAndDataTest {
    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path data;
    private static Path finished;

    @BeforeAll
    static void train() throws IOException {
        data = TinyRuns.images(shared.resolve("data"), 24);
        finished = shared.resolve("finished");
        assertThat(pretrain(data, finished).exitCode()).isZero();
    }

    private static Said pretrain(Path data, Path out, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("pretrain", "--recipe", "quick-vit"));
        TinyRuns.vit().forEach(setting -> arguments.addAll(List.of("--set", setting)));
        arguments.addAll(List.of("--data", data, "--out", out));
        arguments.addAll(List.of(more));
        return Said.by(arguments.toArray());
    }

    private static void assertEndsWith(int code, Said said, String... words) {
        assertThat(said.error()).contains(words).doesNotContain("\tat ").startsWith("bandpass: ");
        assertThat(said.exitCode()).isEqualTo(code);
    }

    private Path weights() {
        return finished.resolve("weights/encoder.safetensors");
    }

    @Test
    void dataThatIsNotThereIsNamed() {
        assertEndsWith(3, pretrain(folder.resolve("nothing"), folder.resolve("run")), "nothing");
    }

    @Test
    void aFolderWithoutImagesIsNamed() {
        assertEndsWith(3, pretrain(folder, folder.resolve("run")), folder.toString());
    }

    @Test
    void aFolderOfNothingButBadImagesEndsTheRun() throws Exception {
        Path photos = Files.createDirectories(folder.resolve("photos"));
        for (int i = 0; i < 3; i++) {
            Files.writeString(photos.resolve(i + ".jpg"), "no image");
        }
        assertEndsWith(3, pretrain(photos, folder.resolve("run")), "max-bad");
    }

    @Test
    void aFolderWithContentIsNotTouched() throws Exception {
        Path thesis = Files.writeString(folder.resolve("thesis.tex"), "years of work");
        assertEndsWith(2, pretrain(data, folder), "not empty", "not the folder of a run", "another --out");
        assertThat(thesis).hasContent("years of work");
    }

    @Test
    void anOutThatIsAFileIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        Said said = pretrain(data, file.resolve("run"));
        assertThat(said.exitCode()).isIn(1, 2);
        assertThat(said.error()).startsWith("bandpass: ").contains("file").doesNotContain("\tat ");
    }

    @Test
    void anOutThatMayNotBeWrittenIsNamed() throws Exception {
        Path closed = Files.createDirectories(folder.resolve("closed"));
        assertThat(closed.toFile().setWritable(false)).isTrue();
        assumeFalse(Files.isWritable(closed), "root may write everywhere");
        Said said = pretrain(data, closed.resolve("run"));
        assertThat(said.exitCode()).isIn(1, 2);
        assertThat(said.error()).startsWith("bandpass: ").contains("closed").doesNotContain("\tat ");
    }

    @Test
    void aFinishedRunHasNothingLeftToDo() {
        Said said = Said.by("pretrain", "--resume", finished);
        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).contains("has ended already");
    }

    @Test
    void aResumedRunKeepsItsSettings() {
        assertEndsWith(
                2,
                Said.by("pretrain", "--resume", finished, "--learning-rate", 1, "--seed", 9),
                "optimizer.learning-rate",
                "train.seed",
                "--init-from");
    }

    @Test
    void aFolderThatIsNoRunCannotBeResumed() {
        assertEndsWith(2, Said.by("pretrain", "--resume", folder), "no run folder", "config.yaml");
        assertEndsWith(2, Said.by("pretrain", "--resume", folder.resolve("nowhere")), "nowhere");
        assertThat(folder.resolve("nowhere")).doesNotExist();
    }

    @Test
    void aRunStartsFromTheWeightsOfAnother() {
        Said said = pretrain(data, folder.resolve("run"), "--init-from", weights());
        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).contains("18/20 tensors loaded", "missing    decoder.0.weight");
    }

    @Test
    void untrainedIsTheEncoderWithoutTheGivenWeights() throws Exception {
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        assertThat(pretrain(data, first, "--learning-rate", "1e-2").exitCode()).isZero();
        assertThat(pretrain(data, second, "--init-from", first.resolve("weights/full.safetensors"))
                        .exitCode())
                .isZero();
        JsonNode before =
                new ObjectMapper().readTree(first.resolve("summary.json").toFile());
        JsonNode after =
                new ObjectMapper().readTree(second.resolve("summary.json").toFile());
        assertThat(after.get("knn_top1_untrained")).isEqualTo(before.get("knn_top1_untrained"));
        assertThat(RunFiles.metrics(second))
                .filteredOn(row -> row.get("step").asInt() == 0)
                .singleElement()
                .satisfies(start -> assertThat(start.get("knn_top1")).isEqualTo(before.get("knn_top1")));
    }

    @Test
    void aRunWithoutACheckpointBeginsWithItsGivenWeightsAgain() throws Exception {
        Path run = folder.resolve("run");
        assertThat(pretrain(data, run, "--init-from", weights()).exitCode()).isZero();
        List<JsonNode> whole = RunFiles.metrics(run);
        Files.delete(run.resolve("DONE"));
        try (Stream<Path> files = Files.walk(run.resolve("checkpoints"))) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
        Said said = Said.by("pretrain", "--resume", run);
        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).contains("18/20 tensors loaded");
        assertThat(RunFiles.metrics(run)).isEqualTo(whole);
    }

    @Test
    void weightsThatAreNoneAreNamed() throws Exception {
        Path text = Files.writeString(folder.resolve("text.safetensors"), "this is not a weights file");
        assertEndsWith(3, pretrain(data, folder.resolve("run"), "--init-from", text), "text.safetensors");
        assertEndsWith(2, Said.by("knn", "--run", folder.resolve("nope")), "there is no run folder");
        assertEndsWith(3, Said.by("knn", "--weights", text), "text.safetensors");
        assertEndsWith(3, Said.by("knn", "--weights", folder.resolve("gone.safetensors")), "gone.safetensors");
        byte[] whole = Files.readAllBytes(weights());
        Path half = Files.write(folder.resolve("half.safetensors"), Arrays.copyOf(whole, whole.length / 2));
        assertEndsWith(3, Said.by("knn", "--weights", half), "half.safetensors");
    }

    @Test
    void weightsOfAnotherEncoderAreRefused() {
        List<Object> arguments = new ArrayList<>(List.of("pretrain", "--recipe", "quick-resnet"));
        TinyRuns.resnet().forEach(setting -> arguments.addAll(List.of("--set", setting)));
        arguments.addAll(List.of("--data", data, "--out", folder.resolve("run"), "--init-from", weights()));
        Said said = Said.by(arguments.toArray());
        assertThat(said.exitCode()).isIn(2, 3);
        assertThat(said.error()).startsWith("bandpass: ").doesNotContain("\tat ");
    }

    @Test
    void knnTakesTheDataOfTheRunOrOther() throws Exception {
        assertThat(Said.by("knn", "--run", finished).out()).contains("kNN top-1", "raw pixels", "24 images vote on 12");
        Path train = classes("train", 4);
        Path test = classes("test", 2);
        assertThat(Said.by("knn", "--weights", weights(), "--train", train, "--test", test)
                        .out())
                .contains("8 images vote on 4");
    }

    @Test
    void knnTakesAnotherPreprocessing() throws Exception {
        Path train = classes("train", 4);
        Path test = classes("test", 2);
        assertThat(Said.by("knn", "--weights", weights(), "--train", train, "--test", test, "--preprocess", "squash")
                        .out())
                .contains("8 images vote on 4");
        assertEndsWith(
                3,
                Said.by("knn", "--weights", weights(), "--train", train, "--test", test, "--preprocess", "none"),
                "20 x 24",
                "16 x 16");
    }

    private Path classes(String name, int count) throws IOException {
        for (String label : List.of("cats", "dogs")) {
            Path images = Files.createDirectories(folder.resolve(name).resolve(label));
            for (int i = 0; i < count; i++) {
                Images.write(images.resolve(i + ".png"), i, 20, 24);
            }
        }
        return folder.resolve(name);
    }

    @Test
    void knnAndProbeHoldOutATenthOfGivenImagesAndTakeFewOfEachClass() throws Exception {
        Path images = classes("images", 10);
        assertThat(Said.by("knn", "--run", finished, "--data", images).out()).contains("18 images vote on 2");
        Said said = Said.by("probe", "--run", finished, "--data", images, "--labels-per-class", 12, "--epochs", 2);
        assertThat(said.exitCode()).isZero();
        assertThat(said.out())
                .contains("notice: these classes have fewer than 12 images", "cats (9)")
                .containsPattern(
                        "linear probe top-1 \\S+ %, top-5 100.00 % of 2 classes, trained on 18 images, 2 classified");
    }

    @Test
    void probeSavesAClassifier() throws Exception {
        Path file = folder.resolve("c.safetensors");
        Said said = Said.by("probe", "--run", finished, "--epochs", 1, "--pool", "cls", "--save", file);
        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).contains("classifier  " + file);
        assertThat(file).isRegularFile();
        assertEndsWith(2, Said.by("probe", "--run", finished, "--save", file), "--pool cls");
    }

    @Test
    void probeNeedsLabels() throws Exception {
        Path cats = classes("images", 2).resolve("cats");
        assertEndsWith(3, Said.by("probe", "--weights", weights(), "--data", cats), "labels are needed here");
        Path one = Files.createDirectories(folder.resolve("one"));
        Files.move(cats, one.resolve("cats"));
        assertEndsWith(3, Said.by("probe", "--weights", weights(), "--train", one, "--test", one), "two classes");
    }

    @Test
    void knnNeedsLabels() throws Exception {
        Path train = classes("train", 2);
        assertEndsWith(
                3, Said.by("knn", "--weights", weights(), "--train", train.resolve("cats"), "--test", train), "label");
    }

    @Test
    void reconstructDrawsEachImage() throws Exception {
        Path images = classes("images", 2).resolve("cats");
        Said said = Said.by("reconstruct", "--run", finished, "--images", images, "--out", folder.resolve("pictures"));
        assertThat(said.exitCode()).isZero();
        assertThat(folder.resolve("pictures")).isDirectoryContaining("glob:**.png");
        assertThat(said.out()).contains("2 pictures in");
    }

    @Test
    void reconstructSaysWhereThereIsNothingToDraw() throws Exception {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertEndsWith(
                3,
                Said.by("reconstruct", "--run", finished, "--images", empty, "--out", folder.resolve("pictures")),
                "empty");
    }

    @Test
    void reconstructNeedsTheWholeModel() throws Exception {
        Path images = classes("images", 1);
        assertEndsWith(
                3,
                Said.by("reconstruct", "--weights", weights(), "--images", images, "--out", folder.resolve("pictures")),
                "full.safetensors");
    }

    @Test
    void aDeviceThatIsNotThereIsNamed() {
        Said said = pretrain(data, folder.resolve("run"), "--device", "cuda");
        assumeFalse(said.exitCode() == 0, "there is a GPU");
        assertEndsWith(4, said, "cuda");
    }

    @Test
    void divergenceHasAnExitCodeOfItsOwn() {
        Path out = folder.resolve("run");
        Said said = pretrain(data, out, "--learning-rate", "1e30", "--epochs", 20);
        assertEndsWith(5, said, "diverged", "lower learning rate", "checkpoints");
        assertThat(out.resolve("FAILED")).content().contains("diverged");
    }

    @Test
    void doctorFindsNothingWrongHere() {
        Said said = Said.by("doctor");
        assertThat(said.exitCode()).as(said.out()).isZero();
        assertThat(said.out()).contains("ok   java", "ok   libtorch");
    }
}

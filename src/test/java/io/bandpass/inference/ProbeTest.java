package io.bandpass.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.BandpassException;
import io.bandpass.config.PreprocessConfig;
import io.bandpass.config.ProbeConfig;
import io.bandpass.data.Datasets;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.distributed.Communicator;
import io.bandpass.eval.ClassificationScores;
import io.bandpass.eval.Validation;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import io.bandpass.nn.Normalisation;
import io.bandpass.run.Pretraining;
import io.bandpass.split.TrainedImages;
import io.bandpass.testing.RunFiles;
import io.bandpass.testing.TinyRuns;
import io.bandpass.torch.Compute;
import io.bandpass.weights.ClassifierWeights;
import io.bandpass.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Linear probes of encoders that were trained: while the run goes on, afterwards, and as classifiers. */
final class ProbeTest {
    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path data;
    private static Path vit;
    private static Path resnet;
    private static RunSummary withProbe;

    @BeforeAll
    static void train() throws IOException {
        data = TinyRuns.images(shared.resolve("data"), 120);
        vit = shared.resolve("vit");
        resnet = shared.resolve("resnet");
        withProbe =
                run("quick-vit", TinyRuns.vit(), vit).set("evaluate.probe=true").run();
        run("quick-resnet", TinyRuns.resnet(), resnet).run();
    }

    private static Pretraining run(String recipe, List<String> settings, Path out) {
        return TinyRuns.of(recipe, settings, data, out).set("train.epochs=1").set("train.device=cpu");
    }

    private static PretrainedEncoder open(Path run) throws IOException {
        return PretrainedEncoder.open(run, "cpu", OptionalInt.of(1));
    }

    private static ProbeAccuracy probe(PretrainedEncoder encoder, ProbeConfig options, Optional<Path> save, String pool)
            throws IOException {
        return encoder.probe(
                LabelledImages.ofRun(), options, pool, PreprocessConfig.DEFAULT, save, (reached, all) -> {});
    }

    @Test
    void afterTheRunItIsWhatItWasAtItsEnd() throws IOException {
        try (PretrainedEncoder encoder = open(vit)) {
            ProbeAccuracy accuracy = probe(encoder, ProbeConfig.DEFAULT, Optional.empty(), "mean");
            assertThat(withProbe.score(Scores.PROBE_TOP1)).hasValue(accuracy.top1());
            assertThat(accuracy.top5()).isEqualTo(1);
            assertThat(List.of(accuracy.classes(), accuracy.trainImages(), accuracy.testImages()))
                    .containsExactly(2, 120, 60);
        }
    }

    @Test
    void aRunTellsItBesideKnnWhichStaysAsItIs() throws IOException {
        Path plain = folder.resolve("plain");
        RunSummary without = run("quick-vit", TinyRuns.vit(), plain).run();
        List<JsonNode> looks = looks(vit);
        assertThat(looks)
                .hasSize(2)
                .allSatisfy(look -> assertThat(look.fieldNames())
                        .toIterable()
                        .containsExactly(
                                "step",
                                "epoch",
                                "knn_top1",
                                "probe_top1",
                                "feature_rank",
                                "feature_rms",
                                "loss_low_pass",
                                "loss_low_pass_of_zero",
                                "loss_high_pass",
                                "loss_high_pass_of_zero"));
        assertThat(looks(plain))
                .allSatisfy(look -> assertThat(look.has("probe_top1")).isFalse());
        assertThat(looks(plain))
                .extracting(look -> look.get("knn_top1"))
                .isEqualTo(looks.stream().map(look -> look.get("knn_top1")).toList());
        for (String knn : List.of(Scores.KNN_TOP1, Scores.KNN_TOP1_BEST, Scores.KNN_TOP1_UNTRAINED)) {
            assertThat(withProbe.score(knn)).isEqualTo(without.score(knn)).isPresent();
        }
        assertThat(withProbe.finalLoss()).isEqualTo(without.finalLoss());
        assertThat(Files.readString(vit.resolve("train.log"))).containsPattern("kNN top-1 \\S+ %, linear probe top-1 ");
        assertThat(Files.readString(vit.resolve("summary.json"))).contains("\"probe_top1\"");
        assertThat(Files.readString(vit.resolve("report.html"))).contains("encoder, linear probe");
    }

    private static List<JsonNode> looks(Path run) throws IOException {
        return RunFiles.metrics(run).stream().filter(row -> row.has("knn_top1")).toList();
    }

    @ParameterizedTest
    @CsvSource({"vit, cls, false", "resnet, mean, false", "resnet, mean, true"})
    void aSavedClassifierClassifiesAsTheProbeDid(String run, String pool, boolean augment) throws IOException {
        Path file = folder.resolve("classifier.safetensors");
        ProbeConfig options = new ProbeConfig("sgd", 4, 1, 32, augment, 3);
        ProbeAccuracy accuracy;
        try (PretrainedEncoder encoder = open(shared.resolve(run))) {
            accuracy = probe(encoder, options, Optional.of(file), pool);
        }
        Device cpu = new Device("cpu");
        try (PointerScope scope = new PointerScope();
                ClassifierWeights stored = ClassifierWeights.open(file);
                WeightsFile pretrained = WeightsFile.ofEncoder(shared.resolve(run));
                Normalisation normalisation =
                        new Normalisation(stored.data().mean(), stored.data().std(), cpu)) {
            Datasets datasets = LabelledImages.ofRun()
                    .open(pretrained.origin(), TrainedImages.NONE)
                    .data();
            ImageSource test = datasets.heldOut().orElseThrow();
            ClassificationScores scores = new Validation(
                            stored.classifier(),
                            normalisation,
                            new Preprocessing(stored.imageSize(), stored.preprocess()),
                            16,
                            Compute.cpu(),
                            Communicator.single())
                    .scores(test, test::label, datasets.bad());
            assertThat(scores.top1()).isCloseTo(accuracy.top1(), within(1.0 / 60));
            assertThat(stored.classNames()).hasSize(2);
        }
        try (PretrainedEncoder again = open(file)) {
            assertThat(again.width()).isEqualTo(16);
        }
    }

    @Test
    void cropsFollowFromTheSeed() throws IOException {
        try (PretrainedEncoder encoder = open(resnet)) {
            List<Integer> reached = new ArrayList<>();
            ProbeConfig options = new ProbeConfig("lars", 2, 3, 50, true, 3);
            ProbeAccuracy first = encoder.probe(
                    LabelledImages.ofRun(),
                    options,
                    "mean",
                    PreprocessConfig.DEFAULT,
                    Optional.empty(),
                    (count, all) -> reached.add(count));
            assertThat(probe(encoder, options, Optional.empty(), "mean")).isEqualTo(first);
            // Two steps in each of two epochs, then the images to classify.
            assertThat(reached).containsExactly(1, 2, 3, 4, 60);
        }
    }

    @Test
    void fewLabelsAreDrawnOfEachClass() throws IOException {
        try (PretrainedEncoder encoder = open(resnet)) {
            LabelledImages two = LabelledImages.of(List.of(data.toString()), 0).perClass(2, 0);
            ProbeAccuracy accuracy = encoder.probe(
                    two, ProbeConfig.DEFAULT, "mean", PreprocessConfig.DEFAULT, Optional.empty(), (reached, all) -> {});
            assertThat(accuracy.trainImages()).isEqualTo(4);
            assertThat(encoder.knn(two, PreprocessConfig.DEFAULT, (reached, all) -> {})
                            .trainImages())
                    .isEqualTo(4);
        }
    }

    @Test
    void whatCannotBeSavedIsRefusedBeforeTheWork() throws IOException {
        Path file = folder.resolve("classifier.safetensors");
        try (PretrainedEncoder encoder = open(vit)) {
            assertThatThrownBy(() -> probe(encoder, ProbeConfig.DEFAULT, Optional.of(file), "mean"))
                    .isInstanceOf(BandpassException.class)
                    .hasMessageContaining("use `pool` cls, or leave out `save`");
            assertThatThrownBy(() -> probe(encoder, ProbeConfig.DEFAULT, Optional.empty(), "tokens"))
                    .hasMessageContaining("use mean or cls");
            assertThatThrownBy(() -> encoder.probe(
                            LabelledImages.ofRun(),
                            ProbeConfig.DEFAULT,
                            "cls",
                            PreprocessConfig.squash(),
                            Optional.of(file),
                            (reached, all) -> {}))
                    .hasMessageContaining("preprocess is squash");
            assertThatThrownBy(() ->
                            probe(encoder, ProbeConfig.DEFAULT, Optional.of(folder.resolve("no/a.safetensors")), "cls"))
                    .hasMessageContaining("is no folder");
        }
        try (PretrainedEncoder encoder = open(resnet)) {
            assertThatThrownBy(() -> probe(encoder, ProbeConfig.DEFAULT, Optional.empty(), "cls"))
                    .hasMessageContaining("has no class token");
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void aSavedClassifierKeepsTheImagesOfItsEncoder() throws IOException {
        Path file = folder.resolve("classifier.safetensors");
        try (PretrainedEncoder encoder = open(shared.resolve("resnet"))) {
            probe(encoder, new ProbeConfig("sgd", 1, 1, 32, false, 3), Optional.of(file), "mean");
        }
        try (WeightsFile before = WeightsFile.ofEncoder(shared.resolve("resnet"));
                WeightsFile after = WeightsFile.ofEncoder(file)) {
            assertThat(before.origin().data().paths()).isNotEmpty();
            assertThat(after.origin()).isEqualTo(before.origin());
        }
    }
}

package io.bandpass.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.BandpassException;
import io.bandpass.checkpoint.RunFolder;
import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.config.ConfigException;
import io.bandpass.data.DataException;
import io.bandpass.metrics.SummaryFile;
import io.bandpass.testing.ChildProcess;
import io.bandpass.testing.RunFiles;
import io.bandpass.testing.TinyMasks;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Comparisons whose cells train segmentation models too. */
final class ComparisonSegmentationTest {
    private static final List<String> SETTINGS = List.of(
            "encoder.image-size=16",
            "head.width=8",
            "head.auxiliary-width=8",
            "train.batch-size=4",
            "train.threads=1",
            "train.precision=fp32",
            "train.log-every-steps=1",
            "data.workers=1",
            "optimizer.learning-rate=1e-2",
            "schedule.warmup-steps=1",
            "checkpoint.every-steps=3",
            "validate.every-steps=4");

    @TempDir
    Path temporary;

    private Path recipe;
    private Path data;
    private Path masks;
    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void prepare() throws IOException {
        data = TinyRuns.images(temporary.resolve("data"), 32);
        masks = TinyMasks.write(temporary.resolve("masks"), 8, 24);
        recipe = Files.writeString(temporary.resolve("tiny.yaml"), TinyRuns.recipe());
    }

    private Comparison segmenting(Path out) {
        Comparison comparison = Comparison.recipe(recipe.toString())
                .tasks("scratch", "mfm")
                .budget(2)
                .segment(masks.toString())
                .segmentSteps(16)
                .fewMasks(5)
                .data(data.toString())
                .lines(said::add)
                .out(out);
        SETTINGS.forEach(comparison::segmentSet);
        return comparison;
    }

    private Comparison withoutFinetuning(Path out) {
        return segmenting(out).finetuneRecipe("none");
    }

    private Comparison finetuned(Path out) {
        return segmenting(out)
                .finetuneEpochs(2)
                .fewLabels(OptionalInt.empty())
                .finetuneSet("train.batch-size=8")
                .finetuneSet("train.threads=1")
                .finetuneSet("data.workers=1");
    }

    private static double measured(Path run) throws IOException {
        return SummaryFile.read(new RunFolder(run).summary()).score("miou").orElseThrow();
    }

    private static double score(Path cell, String name) throws IOException {
        return Objects.requireNonNull(CellResult.read(cell).scores().get(name));
    }

    @Test
    void eachCellTrainsSegmentationModelsWithItsEncoder() throws IOException {
        Path out = temporary.resolve("compared");
        assertThat(finetuned(out).seeds(2).run()).isTrue();

        double sum = 0;
        for (int seed : new int[] {0, 1}) {
            Path cell = out.resolve("cells/tiny/mfm/seed-" + seed);
            assertThat(CellResult.read(cell).scores())
                    .containsKeys("top1_all", "knn_top1", "miou_all", "miou_few")
                    .doesNotContainKey("top1_few");
            assertThat(score(cell, "miou_all")).isEqualTo(measured(cell.resolve("segment-all")));
            assertThat(score(cell, "miou_few")).isEqualTo(measured(cell.resolve("segment-few")));
            assertThat(CellResult.read(cell).computed())
                    .containsOnlyKeys("pretrain", "finetune-all", "segment-few", "segment-all");
            sum += score(cell, "miou_all");
            for (String stage : List.of("segment-few", "segment-all")) {
                assertThat(cell.resolve(stage).resolve("DONE")).isRegularFile();
                assertThat(Files.readString(cell.resolve(stage).resolve("train.log")))
                        .contains("from " + cell.resolve("pretrain"));
                assertThat(Files.readString(cell.resolve(stage).resolve("config.yaml")))
                        .contains("  seed: " + seed + "\n", "  steps: 16\n");
            }
            assertThat(Files.readString(cell.resolve("segment-few/train.log"))).contains("5 to train on, 4 held out");
            assertThat(Files.readString(cell.resolve("segment-all/train.log"))).contains("8 to train on, 4 held out");
        }
        assertThat(Files.readString(out.resolve("cells/tiny/scratch/seed-0/segment-all/train.log")))
                .contains("from scratch");

        List<String> csv = Files.readAllLines(out.resolve("results.csv"));
        assertThat(csv.get(0))
                .contains("top1_few_n,miou_all_mean,miou_all_sd,miou_all_n,miou_few_mean,miou_few_sd,miou_few_n,probe");
        assertThat(Double.parseDouble(csv.get(2).split(",", -1)[8])).isCloseTo(sum / 2, within(1e-12));
        assertThat(Files.readString(out.resolve("results.md")))
                .contains("mIoU, all masks (%)", "mIoU, 5 masks (%)")
                .contains("| images with masks | " + masks + " |")
                .contains("| segmentation | segment-quick, for transformers segment-quick-vit, 16 steps |")
                .contains("| set for segmentation | encoder.image-size=16");
        String page = Files.readString(out.resolve("results.html"));
        // Dots of both scores, losses, and mIoU as it was validated twice.
        assertThat(page)
                .contains("<h2>mIoU, all masks (%)</h2>", "<h2>mIoU, 5 masks (%)</h2>")
                .contains("<h2>Segmentation with tiny: loss</h2>", "<h2>Segmentation with tiny: mIoU</h2>")
                .contains("<h2>Fine-tuning of tiny: loss</h2>");
        assertThat(said)
                .anyMatch(line -> line.matches("tiny, mfm, seed 0: segment-few begins, 16 steps, 64 images"))
                .anyMatch(line -> line.matches(
                        "tiny, mfm, seed 0: segment-all ended after \\d+s, mIoU \\d+\\.\\d\\d %; elapsed .*, ETA .*"));
        assertThat(said.get(said.size() - 1))
                .startsWith("tiny, mfm, seed 1: segment-all ended")
                .endsWith("ETA 0s");
    }

    @Test
    void imagesWithoutLabelsAreComparedBySegmentationAlone() throws IOException {
        Path unlabelled = TinyRuns.unlabelledImages(temporary.resolve("unlabelled"), 32);
        Path out = temporary.resolve("compared");
        Comparison comparison = Comparison.recipe(recipe.toString())
                .budget(1)
                .finetuneRecipe("none")
                .segment(masks.toString())
                .segmentSteps(2)
                .data(unlabelled.toString())
                .out(out);
        SETTINGS.forEach(comparison::segmentSet);
        assertThat(comparison.run()).isTrue();
        Path cell = out.resolve("cells/tiny/mfm/seed-0");
        assertThat(CellResult.read(cell).complete()).isTrue();
        assertThat(CellResult.read(cell).scores()).containsOnlyKeys("miou_all", "images_per_second", "resident_bytes");
        assertThat(cell.resolve("finetune-all")).doesNotExist();
        assertThat(cell.resolve("segment-few")).doesNotExist();
        assertThat(Files.readString(out.resolve("results.md")))
                .contains("| encoder | task | mIoU, all masks (%) | images/s | memory (MB) | seeds |")
                .doesNotContain("| fine-tuning |");
        assertThat(comparison.plan())
                .contains("tiny, scratch, seed 0: segment-all 2 steps")
                .contains("tiny, mfm, seed 0: pretrain 4 steps, segment-all 2 steps");
    }

    @Test
    void stoppedInEveryStageAndGoneOnWithIsAsNeverStopped() throws IOException {
        Path uninterrupted = temporary.resolve("whole");
        assertThat(withoutFinetuning(uninterrupted).run()).isTrue();

        Path broken = temporary.resolve("broken");
        int sessions = 1;
        while (true) {
            AtomicInteger asked = new AtomicInteger();
            int steps = 4 * sessions;
            if (withoutFinetuning(broken)
                    .stopWhen(() -> asked.incrementAndGet() > steps)
                    .run()) {
                break;
            }
            sessions++;
        }
        assertThat(sessions).isGreaterThan(3);
        assertThat(said).anyMatch(line -> line.matches(".*segment-(few|all) goes on.*"));
        assertThat(results(broken)).isEqualTo(results(uninterrupted)).hasSize(5);
        for (String task : List.of("scratch", "mfm")) {
            String cell = "cells/tiny/" + task + "/seed-0";
            assertThat(score(broken.resolve(cell), "miou_all"))
                    .isEqualTo(score(uninterrupted.resolve(cell), "miou_all"));
        }
        said.clear();
        assertThat(withoutFinetuning(broken).run()).isTrue();
        assertThat(said).as("what is there is not done again").isEmpty();
    }

    @Test
    @Tag("slow")
    void killedInSegmentationAndGoneOnWithIsAsNeverKilled() throws Exception {
        Path uninterrupted = temporary.resolve("whole");
        assertThat(ChildProcess.run(temporary.resolve("whole.txt"), arguments(uninterrupted)))
                .isZero();
        Path broken = temporary.resolve("broken");
        Path run = broken.resolve("cells/tiny/mfm/seed-0/segment-all");
        try (ChildProcess process = new ChildProcess(temporary.resolve("killed.txt"), arguments(broken))) {
            Path metrics = run.resolve("metrics.jsonl");
            while (!Files.exists(metrics) || Files.readAllLines(metrics).size() < 10) {
                assertThat(process.isAlive()).as(process.printed()).isTrue();
                Thread.sleep(5);
            }
            process.kill();
            assertThat(run.resolve("DONE")).doesNotExist();
        }
        assertThat(ChildProcess.run(temporary.resolve("last.txt"), arguments(broken)))
                .isZero();
        assertThat(Files.readString(run.resolve("train.log"))).contains("resumed after");
        assertThat(results(broken)).isEqualTo(results(uninterrupted)).hasSize(2);
    }

    private List<String> arguments(Path out) {
        List<String> arguments = new ArrayList<>(List.of("compare", "--recipe", recipe.toString()));
        arguments.addAll(List.of("--tasks", "mfm", "--seeds", "1", "--budget", "1", "--finetune-recipe", "none"));
        arguments.addAll(List.of("--data", data.toString(), "--segment", masks.toString(), "--segment-steps", "60"));
        SETTINGS.forEach(setting -> arguments.addAll(List.of("--segment-set", setting)));
        arguments.addAll(List.of("--jobs", "1", "--out", out.toString()));
        return arguments;
    }

    /** Of each stage's folder what was computed: metrics and the bytes of the weights. */
    private static Map<String, List<Object>> results(Path out) throws IOException {
        Map<String, List<Object>> results = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(out)) {
            for (Path done :
                    files.filter(file -> file.endsWith("DONE")).sorted().toList()) {
                Path run = done.resolveSibling(".").normalize();
                String weights = run.endsWith("pretrain") ? "encoder.safetensors" : "segmenter.safetensors";
                byte[] bytes = Files.readAllBytes(run.resolve("weights").resolve(weights));
                results.put(out.relativize(run).toString(), List.of(RunFiles.metrics(run), Arrays.hashCode(bytes)));
            }
        }
        return results;
    }

    @Test
    void aSegmentationThatDivergesDoesNotTakeTheOthersWithIt() throws IOException {
        Path out = temporary.resolve("compared");
        Comparison comparison = finetuned(out)
                .tasks("scratch")
                .segmentSet("optimizer.learning-rate=1e30")
                .segmentSet("optimizer.clip=0");
        BandpassException refused = catchThrowableOfType(BandpassException.class, comparison::run);
        assertThat(refused.kind()).isEqualTo(BandpassException.Kind.DIVERGED);
        assertThat(refused.getMessage())
                .contains("remove cells/tiny/scratch/seed-0/segment-few, cells/tiny/scratch/seed-0/segment-all from");
        CellResult result = CellResult.read(out.resolve("cells/tiny/scratch/seed-0"));
        assertThat(result.complete()).isFalse();
        assertThat(result.diverged()).containsOnlyKeys("segment-few", "segment-all");
        assertThat(result.scores()).containsOnlyKeys("top1_all");
        assertThat(Files.readString(out.resolve("results.md")))
                .contains("seed 0, segment-all: training diverged")
                .containsPattern(
                        "\\| tiny \\| scratch \\| [0-9.]+ \\(n = 1\\) \\| – \\(1 diverged\\) \\| – \\(1 diverged\\)");
    }

    @Test
    void aPlanWithOtherMasksOrWithoutThemIsRefused() throws IOException {
        Path out = temporary.resolve("compared");
        withoutFinetuning(out).stopWhen(() -> true).run();
        assertThatThrownBy(() -> withoutFinetuning(out).segmentSteps(9).run())
                .isInstanceOf(RunFolderException.class)
                .hasMessageContaining("another plan")
                .hasMessageContaining("segment.steps: 16 -> 9");
        Path other = temporary.resolve("other");
        Comparison plain = Comparison.recipe(recipe.toString())
                .budget(2)
                .data(data.toString())
                .out(other);
        plain.stopWhen(() -> true).run();
        assertThatThrownBy(() -> plain.segment(masks.toString()).run())
                .isInstanceOf(RunFolderException.class)
                .hasMessageContaining("segment.data: \"none\" -> ");
    }

    @Test
    void aComparisonThatAnEarlierVersionBeganGoesOn() throws IOException {
        Path out = temporary.resolve("compared");
        Comparison plain = Comparison.recipe(recipe.toString())
                .budget(2)
                .data(data.toString())
                .out(out);
        plain.stopWhen(() -> true).run();
        Path plan = out.resolve("plan.yaml");
        String text = Files.readString(plan);
        assertThat(text).contains("segment:\n  data: none\n");
        Files.writeString(plan, text.substring(0, text.indexOf("segment:")));
        assertThat(plain.stopWhen(() -> true).run()).isFalse();
        assertThat(Files.readString(out.resolve("results.csv"))).doesNotContain("miou");
    }

    @Test
    void masksThatAreNotThereAreNamedBeforeAnythingRuns() {
        Path out = temporary.resolve("compared");
        Comparison comparison = withoutFinetuning(out);
        masks = temporary.resolve("nowhere");
        assertThatThrownBy(() -> comparison.segment(masks.toString()).run())
                .isInstanceOf(DataException.class)
                .hasMessageContaining("there is no file or folder " + masks);
        assertThat(out).doesNotExist();
    }

    @Test
    void withoutMasksAndWithoutFineTuningThereIsNothingToCompare() {
        Comparison comparison = Comparison.recipe(recipe.toString())
                .data(data.toString())
                .finetuneRecipe("none")
                .out(temporary.resolve("compared"));
        assertThatThrownBy(comparison::run)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("`finetune-recipe` is none")
                .hasMessageContaining("`segment`");
    }

    /** What pre-training held out stays held out, in a set of masks that has no part of its own for that. */
    @Test
    void masksOfThePreTrainedImagesThemselves() throws IOException {
        List<String> pairs = new ArrayList<>(List.of("image,mask"));
        Path photos = temporary.resolve("photos");
        for (int i = 0; i < 12; i++) {
            Path image = photos.resolve(i % 2 == 0 ? "even" : "odd").resolve(i + ".png");
            Files.createDirectories(Objects.requireNonNull(image.getParent()));
            Files.copy(masks.resolve("images/" + (i < 8 ? "train/" + i : "val/" + (i - 8)) + ".png"), image);
            pairs.add(image + "," + masks.resolve("masks/" + (i < 8 ? "train/" + i : "val/" + (i - 8)) + ".png"));
        }
        Path list = Files.write(temporary.resolve("pairs.csv"), pairs);
        Path out = temporary.resolve("compared");
        Comparison comparison = Comparison.recipe(recipe.toString())
                .tasks("mfm")
                .budget(1)
                .finetuneRecipe("none")
                .set("evaluate.held-out-fraction=0.34")
                .data(photos.toString())
                .segment(list.toString())
                .segmentSteps(2)
                .segmentSet("masks.classes=[ground=0, square=1]")
                .out(out);
        SETTINGS.forEach(comparison::segmentSet);
        assertThat(comparison.run()).isTrue();
        assertThat(Files.readString(out.resolve("cells/tiny/mfm/seed-0/segment-all/train.log")))
                .contains("8 to train on, 4 held out")
                .contains("was not trained on, and not what seed 0 draws");
    }

    /** Of 28 px and three stages, of 28 px and patches of 4: segmented in crops of 64 px. */
    @Test
    void encodersForSmallImagesSegmentLargerOnes() throws IOException {
        Path larger = TinyMasks.write(temporary.resolve("larger"), 4, 80);
        Path out = temporary.resolve("compared");
        Comparison comparison = Comparison.recipe("quick")
                .tasks("scratch")
                .encoders("quick", "quick-vit")
                .finetuneRecipe("none")
                .segment(larger.toString())
                .segmentSteps(2)
                .segmentSet("schedule.warmup-steps=1")
                .segmentSet("train.batch-size=4")
                .data(data.toString())
                .out(out);
        assertThat(comparison.run()).isTrue();
        for (String encoder : List.of("quick", "quick-vit")) {
            Path cell = out.resolve("cells/" + encoder + "/scratch/seed-0");
            assertThat(Files.readString(cell.resolve("segment-all/train.log"))).contains("64 px");
            assertThat(score(cell, "miou_all")).isBetween(0.0, 1.0);
        }
    }
}

package io.bandpass.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bandpass.BandpassException;
import io.bandpass.testing.ChildProcess;
import io.bandpass.testing.FolderLocker;
import io.bandpass.testing.RunFiles;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole comparisons of tiny runs. */
final class ComparisonTest {
    @TempDir
    Path temporary;

    private Path recipe;
    private Path data;
    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void prepare() throws IOException {
        data = TinyRuns.images(temporary.resolve("data"), 32);
        recipe = Files.writeString(temporary.resolve("tiny.yaml"), TinyRuns.recipe());
    }

    private Comparison comparison(Path out) {
        return Comparison.recipe(recipe.toString())
                .budget(2)
                .finetuneEpochs(2)
                .fewEpochs(2)
                .data(data.toString())
                .finetuneSet("train.batch-size=8")
                .finetuneSet("train.threads=1")
                .finetuneSet("train.precision=fp32")
                .finetuneSet("data.workers=1")
                .finetuneSet("train.log-every-steps=1")
                .lines(said::add)
                .out(out);
    }

    private Comparison whole(Path out) {
        return comparison(out).tasks("scratch", "mfm").seeds(2).fewLabels(OptionalInt.of(4));
    }

    @Test
    void twoTasksAndTwoSeedsLeaveRunsAndTables() throws IOException {
        Path out = temporary.resolve("compared");
        assertThat(whole(out).run()).isTrue();

        for (int seed : new int[] {0, 1}) {
            for (String stage : new String[] {"pretrain", "finetune-few", "finetune-all"}) {
                assertThat(out.resolve("cells/tiny/mfm/seed-" + seed)
                                .resolve(stage)
                                .resolve("DONE"))
                        .isRegularFile();
            }
            assertThat(out.resolve("cells/tiny/scratch/seed-" + seed + "/pretrain"))
                    .doesNotExist();
        }
        assertThat(Files.readString(out.resolve("cells/tiny/mfm/seed-1/pretrain/config.yaml")))
                .contains("seed: 1");
        assertThat(Files.readString(out.resolve("cells/tiny/mfm/seed-0/finetune-all/train.log")))
                .contains("from " + out.resolve("cells/tiny/mfm/seed-0/pretrain"));
        assertThat(Files.readString(out.resolve("cells/tiny/scratch/seed-0/finetune-all/train.log")))
                .contains("from scratch");

        List<String> csv = Files.readAllLines(out.resolve("results.csv"));
        assertThat(csv).hasSize(3);
        double mean = (score(out, "cells/tiny/mfm/seed-0") + score(out, "cells/tiny/mfm/seed-1")) / 2;
        assertThat(csv.get(2)).startsWith("tiny,mfm," + mean + ",");
        assertThat(Files.readString(out.resolve("results.md")))
                .contains("linear probe top-1 (%)", "kNN top-1 (%)", "4 labels per class");
        assertThat(CellResult.read(out.resolve("cells/tiny/mfm/seed-0")).scores())
                .containsOnlyKeys(
                        "top1_all", "top1_few", "probe_top1", "knn_top1", "images_per_second", "resident_bytes");
        assertThat(out.resolve("results.html")).isRegularFile();
        assertThat(said)
                .anyMatch(line -> line.matches("tiny, mfm, seed 0: pretrain begins, 8 steps, 64 images"))
                .anyMatch(line -> line.matches(
                        "tiny, mfm, seed 0: pretrain ended after \\d+s, kNN top-1 .*; elapsed .*, ETA .*"));
    }

    private static double score(Path out, String cell) throws IOException {
        return Objects.requireNonNull(
                CellResult.read(out.resolve(cell)).scores().get(CellResult.TOP1_ALL));
    }

    @Test
    void stoppedInEveryStageAndGoneOnWithIsAsNeverStopped() throws IOException {
        Path uninterrupted = temporary.resolve("whole");
        assertThat(whole(uninterrupted).run()).isTrue();

        Path broken = temporary.resolve("broken");
        int sessions = 1;
        while (!whole(broken).stopWhen(after(4 * sessions)).run()) {
            sessions++;
        }
        assertThat(resumed(broken)).contains("pretrain", "finetune-all");
        assertThat(results(broken)).isEqualTo(results(uninterrupted));
        assertThat(results(broken)).hasSize(10);
    }

    @Test
    @Tag("slow")
    void killedInPreTrainingAndInFineTuningAndGoneOnWithIsAsNeverKilled() throws Exception {
        Path uninterrupted = temporary.resolve("whole");
        assertThat(ChildProcess.run(temporary.resolve("whole.txt"), arguments(uninterrupted)))
                .isZero();

        Path broken = temporary.resolve("broken");
        for (String stage : List.of("pretrain", "finetune-all")) {
            try (ChildProcess process = new ChildProcess(temporary.resolve(stage + ".txt"), arguments(broken))) {
                Path run = broken.resolve("cells/tiny/mfm/seed-0").resolve(stage);
                Path metrics = run.resolve("metrics.jsonl");
                while (!Files.exists(metrics) || Files.readAllLines(metrics).size() < 10) {
                    assertThat(process.isAlive()).as(process.printed()).isTrue();
                    Thread.sleep(5);
                }
                process.kill();
                assertThat(run.resolve("DONE")).doesNotExist();
            }
        }
        assertThat(ChildProcess.run(temporary.resolve("last.txt"), arguments(broken)))
                .isZero();
        assertThat(resumed(broken)).contains("pretrain", "finetune-all");
        assertThat(results(broken)).isEqualTo(results(uninterrupted)).hasSize(2);
        assertThat(score(broken, "cells/tiny/mfm/seed-0")).isEqualTo(score(uninterrupted, "cells/tiny/mfm/seed-0"));
    }

    private List<String> arguments(Path out) {
        List<String> arguments = new ArrayList<>(List.of("compare", "--recipe", recipe.toString()));
        arguments.addAll(List.of("--tasks", "mfm", "--seeds", "1", "--few-labels", "none"));
        arguments.addAll(List.of("--budget", "10", "--finetune-epochs", "10", "--data", data.toString()));
        for (String setting : List.of("checkpoint.every-steps=3", "train.log-every-steps=1")) {
            arguments.addAll(List.of("--set", setting, "--finetune-set", setting));
        }
        for (String setting : List.of("train.batch-size=8", "train.threads=1", "train.precision=fp32")) {
            arguments.addAll(List.of("--finetune-set", setting));
        }
        arguments.addAll(List.of("--out", out.toString()));
        return arguments;
    }

    /** The stages that went on in their middle, in any cell. */
    private static Set<String> resumed(Path out) throws IOException {
        Set<String> stages = new HashSet<>();
        try (Stream<Path> files = Files.walk(out)) {
            for (Path log : files.filter(file -> file.endsWith("train.log")).toList()) {
                if (Files.readString(log).contains("resumed after")) {
                    stages.add(Objects.requireNonNull(log.getParent())
                            .getFileName()
                            .toString());
                }
            }
        }
        return stages;
    }

    /** Says so once it was asked so often that about as many steps were made. */
    private static BooleanSupplier after(int questions) {
        AtomicInteger asked = new AtomicInteger();
        return () -> asked.incrementAndGet() > questions;
    }

    /** Of each stage's folder what was computed: metrics and the bytes of the weights. */
    private static Map<String, List<Object>> results(Path out) throws IOException {
        Map<String, List<Object>> results = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(out)) {
            for (Path done :
                    files.filter(file -> file.endsWith("DONE")).sorted().toList()) {
                Path run = done.resolveSibling(".").normalize();
                String weights = run.endsWith("pretrain") ? "encoder.safetensors" : "classifier.safetensors";
                byte[] bytes = Files.readAllBytes(run.resolve("weights").resolve(weights));
                results.put(out.relativize(run).toString(), List.of(RunFiles.metrics(run), Arrays.hashCode(bytes)));
            }
        }
        return results;
    }

    @Test
    void whatIsThereIsNotDoneAgain() throws IOException {
        Path out = temporary.resolve("compared");
        whole(out).run();
        Path log = out.resolve("cells/tiny/mfm/seed-0/pretrain/train.log");
        byte[] before = Files.readAllBytes(log);
        Files.delete(out.resolve("results.md"));
        said.clear();
        assertThat(whole(out).run()).isTrue();
        assertThat(said).isEmpty();
        assertThat(log).hasBinaryContent(before);
        assertThat(out.resolve("results.md")).isRegularFile();
    }

    @Test
    void aResultThatWasNotWrittenIsTakenFromTheRuns() throws IOException {
        Path out = temporary.resolve("compared");
        comparison(out).tasks("mfm").fewLabels(OptionalInt.empty()).run();
        double before = score(out, "cells/tiny/mfm/seed-0");
        Files.delete(out.resolve("cells/tiny/mfm/seed-0/result.json"));
        said.clear();
        comparison(out).tasks("mfm").fewLabels(OptionalInt.empty()).run();
        assertThat(score(out, "cells/tiny/mfm/seed-0")).isEqualTo(before);
        assertThat(said).isEmpty();
        assertThat(out.resolve("cells/tiny/mfm/seed-0/finetune-few")).doesNotExist();
    }

    @Test
    void anotherPlanInTheSameFolderIsRefusedByName() throws IOException {
        Path out = temporary.resolve("compared");
        comparison(out).tasks("scratch").stopWhen(() -> true).run();
        assertThatThrownBy(() -> comparison(out).tasks("scratch").budget(7).run())
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("another plan")
                .hasMessageContaining("budget: 2 -> 7");
    }

    @Test
    void aRecipeThatHasChangedIsRefusedByKey() throws IOException {
        Path out = temporary.resolve("compared");
        comparison(out).tasks("mfm").stopWhen(after(5)).run();
        Files.writeString(recipe, TinyRuns.recipe().replace("crop-area: [0.5, 1.0]", "crop-area: [0.4, 1.0]"));
        Files.writeString(
                recipe,
                Pattern.compile("radius: 2\\.0")
                        .matcher(Files.readString(recipe))
                        .replaceFirst("radius: 3.0"));
        assertThatThrownBy(() -> comparison(out).tasks("mfm").run())
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("mask.radius: 2.0 -> 3.0");
    }

    @Test
    void aFolderOfSomethingElseIsRefused() throws IOException {
        Path out = temporary.resolve("data");
        assertThatThrownBy(() -> comparison(out).tasks("scratch").run())
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("is not empty and has no plan.yaml");
        assertThat(out.resolve("plan.yaml")).doesNotExist();
    }

    @Test
    void aCellThatAnotherProcessWorksOnIsPassedOverAndComesLast() throws Exception {
        Path out = temporary.resolve("compared");
        comparison(out).tasks("scratch").seeds(2).stopWhen(() -> true).run();
        Path first = out.resolve("cells/tiny/scratch/seed-0");
        try (ChildProcess other = new ChildProcess(
                temporary.resolve("other.txt"), FolderLocker.class.getName(), List.of(first.toString()))) {
            while (!other.printed().contains(FolderLocker.LOCKED)) {
                assertThat(other.isAlive()).isTrue();
                Thread.sleep(5);
            }
            Comparison comparison = comparison(out).tasks("scratch").seeds(2).lines(line -> {
                said.add(line);
                if (line.startsWith("another process works on the last cell, tiny, scratch, seed 0")) {
                    kill(other);
                }
            });
            assertThat(comparison.run()).isTrue();
        }
        List<String> begun = said.stream()
                .filter(line -> line.contains("finetune-all begins"))
                .toList();
        assertThat(begun).hasSize(2);
        assertThat(begun.get(0)).startsWith("tiny, scratch, seed 1");
        assertThat(begun.get(1)).startsWith("tiny, scratch, seed 0");
    }

    private static void kill(ChildProcess other) {
        try {
            other.kill();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void partsOfACellListTogetherAreAllOfIt() throws IOException {
        Path out = temporary.resolve("compared");
        assertThat(comparison(out).tasks("scratch").seeds(2).shard(2, 2).run()).isTrue();
        assertThat(out.resolve("cells/tiny/scratch/seed-0")).doesNotExist();
        assertThat(Files.readString(out.resolve("results.md"))).contains("1 of 2 seeds is not finished yet");
        assertThat(comparison(out).tasks("scratch").seeds(2).shard(1, 2).run()).isTrue();
        assertThat(Files.readString(out.resolve("results.md"))).doesNotContain("not finished yet");
        assertThatThrownBy(() ->
                        comparison(out).tasks("scratch").seeds(2).shard(3, 2).run())
                .hasMessageContaining("`shard` is 3/2");
    }

    private Comparison diverging(Path out) {
        return comparison(out)
                .tasks("mfm", "scratch")
                .set("optimizer.learning-rate=1e30")
                .set("optimizer.clip=0");
    }

    /** Runs to the end, which must be that of cells that diverged. */
    private static String refusal(Comparison comparison) {
        BandpassException refused = catchThrowableOfType(BandpassException.class, comparison::run);
        assertThat(refused.kind()).isEqualTo(BandpassException.Kind.DIVERGED);
        return String.valueOf(refused.getMessage());
    }

    @Test
    void aCellThatDivergesIsNotedAndTheOthersGoOn() throws IOException {
        Path out = temporary.resolve("compared");
        assertThat(refusal(diverging(out)))
                .startsWith("1 of 2 cells diverged and have not all of their scores")
                .contains("remove cells/tiny/mfm/seed-0/pretrain from " + out);
        CellResult result = CellResult.read(out.resolve("cells/tiny/mfm/seed-0"));
        assertThat(result.complete()).isFalse();
        assertThat(result.diverged()).containsOnlyKeys("pretrain");
        assertThat(out.resolve("cells/tiny/mfm/seed-0/finetune-all")).doesNotExist();
        assertThat(Files.readString(out.resolve("results.md")))
                .contains("tiny, mfm: seed 0, pretrain: training diverged")
                .contains("| tiny | mfm | – (1 diverged) | – (1 diverged) |")
                .contains("| tiny | mfm | diverged | diverged | diverged | diverged |")
                .doesNotContain("not finished yet");
        assertThat(score(out, "cells/tiny/scratch/seed-0")).isBetween(0.0, 1.0);
        said.clear();
        assertThat(refusal(diverging(out))).as("again").contains("the same settings diverge again");
        assertThat(said).isEmpty();
    }

    /** Only the stage with few labels diverges: its rate is changed behind the comparison's back. */
    private Path withFewLabelsThatDiverge() throws IOException {
        Path out = temporary.resolve("compared");
        Path few = out.resolve("cells/tiny/mfm/seed-0/finetune-few");
        Comparison begun = few(out).stopWhen(() -> Files.exists(few.resolve("config.resolved.yaml")));
        assertThat(begun.run()).isFalse();
        Path resolved = few.resolve("config.resolved.yaml");
        Files.writeString(
                resolved,
                Files.readString(resolved).replaceFirst("(?m)^  learning-rate: .*$", "  learning-rate: 1.0e+30"));
        return out;
    }

    private Comparison few(Path out) {
        return comparison(out)
                .tasks("mfm")
                .fewLabels(OptionalInt.of(4))
                .fewEpochs(20)
                .finetuneSet("checkpoint.every-steps=1000");
    }

    @Test
    void aStageThatDivergesDoesNotTakeTheOthersWithIt() throws IOException {
        Path out = withFewLabelsThatDiverge();
        Path cell = out.resolve("cells/tiny/mfm/seed-0");
        assertThat(refusal(few(out)))
                .contains("1 of 1 cells diverged", "remove cells/tiny/mfm/seed-0/finetune-few from");

        CellResult result = CellResult.read(cell);
        assertThat(result.complete()).isFalse();
        assertThat(result.diverged()).containsOnlyKeys("finetune-few");
        assertThat(result.scores())
                .containsKeys("top1_all", "knn_top1", "probe_top1")
                .doesNotContainKey("top1_few");
        assertThat(Files.readString(cell.resolve("result.json"))).contains("\"complete\" : false");
        assertThat(Files.readString(out.resolve("results.md")))
                .contains("tiny, mfm: seed 0, finetune-few: training diverged")
                .contains("– (1 diverged)")
                .containsPattern("\\| tiny \\| mfm \\| [0-9.]+ \\(n = 1\\) \\|")
                .containsPattern("\\| tiny \\| mfm \\| [0-9.]+ \\| diverged \\|");
        assertThat(Files.readString(out.resolve("results.html"))).contains("seed 0, finetune-few: training diverged");
        assertThat(Files.readAllLines(out.resolve("results.csv")).get(0)).contains("top1_few_n");
        double before = score(out, "cells/tiny/mfm/seed-0");

        said.clear();
        try (Stream<Path> files = Files.walk(cell.resolve("finetune-few"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        assertThat(few(out).run()).as("once it is removed, it is tried again").isTrue();
        assertThat(said.stream().filter(line -> line.contains("begins")))
                .singleElement()
                .asString()
                .contains("finetune-few begins");
        assertThat(CellResult.read(cell).complete()).isTrue();
        assertThat(CellResult.read(cell).scores()).containsKey("top1_few");
        assertThat(score(out, "cells/tiny/mfm/seed-0")).isEqualTo(before);
        assertThat(Files.readString(out.resolve("results.md"))).doesNotContain("diverged");
    }

    @Test
    void aCellThatAnEarlierVersionCalledCompleteThoughItDivergedIsGoneOnWith() throws IOException {
        Path out = withFewLabelsThatDiverge();
        Path cell = out.resolve("cells/tiny/mfm/seed-0");
        Files.writeString(
                cell.resolve("result.json"),
                "{\"complete\": true, \"scores\": {\"knn_top1\": 0.5}, \"computed\": {}, \"failure\": \"diverged\"}");
        assertThat(refusal(few(out))).contains("finetune-few");
        assertThat(CellResult.read(cell).scores()).containsKey("top1_all");
    }

    @Test
    void aProbeThatGivesNoScoreLeavesTheCellIncomplete() throws IOException {
        Path out = temporary.resolve("compared");
        Path run = out.resolve("cells/tiny/mfm/seed-0/pretrain");
        Comparison begun = comparison(out).tasks("mfm").fewLabels(OptionalInt.empty());
        assertThat(begun.stopWhen(() -> Files.exists(run.resolve("DONE"))).run())
                .isFalse();
        // As a look leaves it whose probe diverges: kNN alone, with an older value in the summary.
        Path metrics = run.resolve("metrics.jsonl");
        Files.writeString(metrics, Files.readString(metrics).replaceAll(",?\"probe_top1\" ?: ?[0-9.Ee+-]+", ""));
        Files.delete(out.resolve("cells/tiny/mfm/seed-0/result.json"));

        assertThat(refusal(comparison(out).tasks("mfm").fewLabels(OptionalInt.empty())))
                .contains("remove cells/tiny/mfm/seed-0/pretrain from");
        CellResult result = CellResult.read(out.resolve("cells/tiny/mfm/seed-0"));
        assertThat(result.diverged()).containsOnlyKeys("probe");
        assertThat(result.scores()).containsKeys("top1_all", "knn_top1").doesNotContainKey("probe_top1");
        assertThat(Files.readString(out.resolve("results.md"))).contains("seed 0, probe: linear probe left out");
    }

    @Test
    void theTablesSayWhatWasPreTrainedAtWhichSize() throws IOException {
        Path out = temporary.resolve("compared");
        assertThat(comparison(out)
                        .tasks("scratch", "mfm")
                        .fewLabels(OptionalInt.empty())
                        .set("encoder.image-size=32")
                        .run())
                .isTrue();
        String mask = "32 px, Masked Frequency Modeling, circle of radius 4 (45 of 1,024 bins)";
        assertThat(Files.readString(out.resolve("results.md"))).contains("| tiny | mfm | " + mask);
        assertThat(Files.readString(out.resolve("results.html"))).contains(mask);
        assertThat(said).anyMatch(line -> line.startsWith("tiny, mfm, seed 0: " + mask));
        Path run = out.resolve("cells/tiny/mfm/seed-0/pretrain");
        assertThat(Files.readString(run.resolve("train.log"))).contains("circle of radius 4 (45 of 1,024 bins)");
        assertThat(Files.readString(run.resolve("report.html"))).contains("circle of radius 4 (45 of 1,024 bins)");
        assertThat(comparison(temporary.resolve("other"))
                        .set("encoder.image-size=32")
                        .plan())
                .anyMatch(line -> line.startsWith("tiny, mfm: " + mask));
    }

    @Test
    void thePlanCountsStepsAndImagesAndMakesNothing() throws IOException {
        Path out = temporary.resolve("compared");
        List<String> lines = whole(out).plan();
        assertThat(lines)
                .contains("tiny, scratch, seed 0: finetune-few 2 steps, finetune-all 8 steps")
                .contains("tiny, mfm, seed 1: pretrain 8 steps, finetune-few 2 steps, finetune-all 8 steps");
        // 2 seeds of 2 * 10 steps of fine-tuning and 8 of pre-training, 8 images each.
        assertThat(lines.get(lines.size() - 1)).startsWith("4 cells, 56 steps, 448 images to process, of " + data);
        assertThat(out).doesNotExist();
    }

    @Test
    void impossibleCellsAreSaidOrRefused() throws IOException {
        Path out = temporary.resolve("compared");
        Comparison comparison = comparison(out)
                .tasks("scratch", "mae")
                .encoders(recipe.toString(), "quick-resnet")
                .stopWhen(() -> true);
        comparison.run();
        assertThat(said).anyMatch(line -> line.startsWith("notice: quick-resnet, mae is not possible: "));
        assertThatThrownBy(() -> comparison.refuseImpossible(true).run())
                .isInstanceOf(BandpassException.class)
                .hasMessageStartingWith("quick-resnet, mae is not possible: ");
    }
}

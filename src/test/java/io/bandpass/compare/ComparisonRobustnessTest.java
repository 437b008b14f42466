package io.bandpass.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.BandpassException;
import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.config.ConfigException;
import io.bandpass.robust.Condition;
import io.bandpass.robust.Measurement;
import io.bandpass.robustness.Robustness;
import io.bandpass.testing.ChildProcess;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Comparisons whose cells measure the robustness of their classifiers. */
final class ComparisonRobustnessTest {
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
                .tasks("scratch", "mfm")
                .budget(1)
                .finetuneEpochs(2)
                .fewLabels(OptionalInt.empty())
                .finetuneSet("train.batch-size=8")
                .finetuneSet("train.threads=1")
                .finetuneSet("data.workers=1")
                .data(data.toString())
                .lines(said::add)
                .out(out);
    }

    private static double score(Path cell, String name) throws IOException {
        return Objects.requireNonNull(CellResult.read(cell).scores().get(name));
    }

    private static double accuracy(Path cell, Class<? extends Condition> condition) throws IOException {
        return Robustness.measurements(cell.resolve("robustness")).stream()
                .filter(one -> condition.isInstance(one.condition()))
                .mapToDouble(Measurement::accuracy)
                .average()
                .orElseThrow();
    }

    @Test
    void eachCellMeasuresItsClassifier() throws IOException {
        Path out = temporary.resolve("compared");
        Comparison comparison = comparison(out)
                .seeds(2)
                .robustness("fgsm", "corruptions", "bands", "fourier")
                .robustnessImages(8);
        assertThat(comparison.run()).isTrue();

        double[] clean = new double[2];
        for (int seed : new int[] {0, 1}) {
            Path cell = out.resolve("cells/tiny/mfm/seed-" + seed);
            assertThat(CellResult.read(cell).complete()).isTrue();
            List<Measurement> measured = Robustness.measurements(cell.resolve("robustness"));
            assertThat(measured).allMatch(one -> one.images() == 8);
            assertThat(measured.stream().filter(one -> one.condition() instanceof Condition.Corruption))
                    .as("five severities of all but frost")
                    .hasSize(14 * 5)
                    .noneMatch(one -> one.condition() instanceof Condition.Corruption corruption
                            && corruption.name().startsWith("frost"));
            clean[seed] = accuracy(cell, Condition.Clean.class);
            assertThat(score(cell, "clean_top1")).isEqualTo(clean[seed]);
            assertThat(score(cell, "fgsm_top1")).isEqualTo(accuracy(cell, Condition.Attack.class));
            assertThat(score(cell, "corruption_error"))
                    .isCloseTo(1 - accuracy(cell, Condition.Corruption.class), within(1e-12));
        }

        List<String> csv = Files.readAllLines(out.resolve("results.csv"));
        assertThat(csv.get(0))
                .contains(
                        "top1_few_n,clean_top1_mean,clean_top1_sd,clean_top1_n,fgsm_top1_mean,fgsm_top1_sd,fgsm_top1_n,"
                                + "corruption_error_mean,corruption_error_sd,corruption_error_n,probe_top1_mean");
        assertThat(Double.parseDouble(csv.get(2).split(",", -1)[8]))
                .isCloseTo((clean[0] + clean[1]) / 2, within(1e-12));
        assertThat(Files.readString(out.resolve("results.md")))
                .contains(
                        "| clean top-1 of drawn images (%) | fgsm linf 1/255 top-1 (%) | mean error over 14 corruptions (%) |")
                .contains(
                        "## Low-pass images, tiny: top-1 (%)\n\n| radius in bins | scratch | mfm |\n|---|---|---|\n| 0 | ")
                .contains(
                        "## High-pass images, tiny", "## Noise in one ring, tiny", "| 0.5 | ", "| jpeg_compression | ")
                .contains(
                        "| robustness | fgsm, corruptions, bands, fourier of at most 8 held-out images, drawn by seed 0 |");
        assertThat(Files.readString(out.resolve("results.html")))
                .contains("<h2>fgsm linf 1/255 top-1 (%)</h2>", "<h2>Low-pass images, tiny</h2>")
                .contains("<h2>High-pass images, tiny</h2>", "<h2>Noise in one ring, tiny</h2>")
                .contains("<h2>Errors under corruption, tiny: mean over five severities (%)</h2>")
                .contains("<h3>scratch, tiny</h3>", "<h3>mfm, tiny</h3>");
        assertThat(comparison.lines())
                .contains("tiny, scratch", "tiny, mfm")
                .anyMatch(line -> line.matches("  fgsm linf 1/255 top-1 \\(%\\) +\\d+\\.\\d\\d ± \\d+\\.\\d\\d"))
                .filteredOn(line -> line.matches("  (clean|fgsm|mean error) .*"))
                .hasSize(2 * 3);
        assertThat(said)
                .contains("tiny, mfm, seed 0: robustness begins, fgsm, corruptions, bands, fourier")
                .anyMatch(
                        line -> line.matches(
                                "tiny, mfm, seed 0: robustness ended after \\d+s, clean top-1 of drawn images \\d+\\.\\d\\d %, fgsm linf"
                                        + " 1/255 top-1 \\d+\\.\\d\\d %, mean error over 14 corruptions \\d+\\.\\d\\d %; elapsed .*, ETA .*"));
        assertThat(said.get(said.size() - 1))
                .startsWith("tiny, mfm, seed 1: robustness ended")
                .endsWith("ETA 0s");
        checkSpreads(out, clean);
    }

    /** Of the only condition that each cell has once, mean and spread are those of its scores. */
    private static void checkSpreads(Path out, double[] clean) throws IOException {
        JsonNode json =
                new ObjectMapper().readTree(out.resolve("robustness.json").toFile());
        List<JsonNode> rows = StreamSupport.stream(json.spliterator(), false)
                .filter(row -> row.get("task").asText().equals("mfm"))
                .toList();
        JsonNode first = rows.get(0);
        assertThat(first.get("part").asText()).isEqualTo("clean");
        assertThat(first.get("accuracy_mean").asDouble()).isCloseTo((clean[0] + clean[1]) / 2, within(1e-12));
        assertThat(first.get("accuracy_sd").asDouble())
                .isCloseTo(Math.abs(clean[0] - clean[1]) / Math.sqrt(2), within(1e-12));
        assertThat(rows).allMatch(row -> row.get("n").asInt() == 2);
        for (String part : List.of("low-pass", "high-pass", "band-noise")) {
            assertThat(rows.stream().filter(row -> row.get("part").asText().equals(part)))
                    .hasSize(17);
        }
        assertThat(Files.readAllLines(out.resolve("robustness.csv")))
                .hasSize(1 + json.size())
                .first()
                .asString()
                .startsWith("encoder,task,part,accuracy_mean,accuracy_sd,n,");
    }

    @Test
    void withoutTheOptionNothingIsMeasuredAndNoColumnIsThere() throws IOException {
        Path out = temporary.resolve("compared");
        Comparison comparison = comparison(out).tasks("scratch");
        assertThat(comparison.run()).isTrue();
        assertThat(out.resolve("cells/tiny/scratch/seed-0/robustness")).doesNotExist();
        assertThat(out.resolve("robustness.json")).doesNotExist();
        assertThat(out.resolve("robustness.csv")).doesNotExist();
        assertThat(Files.readString(out.resolve("results.csv"))).doesNotContain("clean_top1");
        assertThat(Files.readString(out.resolve("results.html"))).doesNotContain("Low-pass");
        assertThat(comparison.lines()).contains("tiny, scratch").noneMatch(line -> line.contains("clean"));
        assertThat(comparison.plan()).noneMatch(line -> line.contains("robustness"));
    }

    @Test
    void stoppedWhileItIsMeasuredAndGoneOnWithIsAsNeverStopped() throws IOException {
        Path uninterrupted = temporary.resolve("whole");
        assertThat(measured(uninterrupted).run()).isTrue();

        Path broken = temporary.resolve("broken");
        int sessions = 1;
        while (true) {
            AtomicInteger asked = new AtomicInteger();
            int questions = 25 * sessions;
            if (measured(broken)
                    .stopWhen(() -> asked.incrementAndGet() > questions)
                    .run()) {
                break;
            }
            sessions++;
        }
        Path cell = Path.of("cells/tiny/mfm/seed-0");
        assertThat(said.stream().filter(line -> line.startsWith("tiny, mfm, seed 0: robustness begins")))
                .as("it was stopped in its middle")
                .hasSizeGreaterThan(1 + 1);
        for (String file : List.of("robustness.json", "robustness.csv")) {
            assertThat(broken.resolve(file)).hasSameTextualContentAs(uninterrupted.resolve(file));
        }
        assertThat(score(broken.resolve(cell), "corruption_error"))
                .isEqualTo(score(uninterrupted.resolve(cell), "corruption_error"));
        said.clear();
        assertThat(measured(broken).run()).isTrue();
        assertThat(said).as("what is there is not done again").isEmpty();
    }

    private Comparison measured(Path out) {
        return comparison(out).tasks("mfm").robustness("pgd", "corruptions");
    }

    @Test
    @Tag("slow")
    void killedWhileItIsMeasuredItKeepsTheFinishedParts() throws Exception {
        Path out = temporary.resolve("compared");
        List<String> arguments = arguments(out, "--jobs", "1");
        Path parts = out.resolve("cells/tiny/scratch/seed-0/robustness/parts/finetune-all");
        try (ChildProcess process = new ChildProcess(temporary.resolve("killed.txt"), arguments)) {
            while (!Files.exists(parts.resolve("fog-3.json"))) {
                assertThat(process.isAlive()).as(process.printed()).isTrue();
                Thread.sleep(5);
            }
            process.kill();
        }
        assertThat(out.resolve("robustness.json")).doesNotExist();
        Map<Path, FileTime> before = times(parts);
        assertThat(ChildProcess.run(temporary.resolve("last.txt"), arguments)).isZero();
        assertThat(times(parts)).containsAllEntriesOf(before).hasSize(2 + 14 * 5);
        assertThat(Files.readString(temporary.resolve("last.txt"))).contains("mean error over 14 corruptions (%)");
    }

    private static Map<Path, FileTime> times(Path folder) throws IOException {
        Map<Path, FileTime> times = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                times.put(file, Files.getLastModifiedTime(file));
            }
        }
        return times;
    }

    /** Each job measures the cells that it trained, and the numbers are those of a single process. */
    @Test
    @Tag("slow")
    void jobsMeasureTheirCells() throws Exception {
        Path beside = temporary.resolve("beside");
        Path alone = temporary.resolve("alone");
        Path printed = temporary.resolve("beside.txt");
        assertThat(ChildProcess.run(printed, arguments(beside, "--jobs", "2", "--seeds", "2")))
                .as(Files.readString(printed))
                .isZero();
        assertThat(ChildProcess.run(temporary.resolve("alone.txt"), arguments(alone, "--jobs", "1", "--seeds", "2")))
                .isZero();
        assertThat(beside.resolve("robustness.json")).hasSameTextualContentAs(alone.resolve("robustness.json"));
        assertThat(Files.readString(printed).split("robustness ended after", -1))
                .hasSize(1 + 2);
        assertThat(Files.readString(printed))
                .contains("tiny, scratch\n  top-1, all labels (%)", "  clean top-1 of drawn images (%)");
    }

    private List<String> arguments(Path out, String... more) {
        List<String> arguments = new ArrayList<>(List.of("compare", "--recipe", recipe.toString()));
        arguments.addAll(List.of("--tasks", "scratch", "--few-labels", "none", "--finetune-epochs", "2"));
        for (String setting : List.of("train.batch-size=8", "train.threads=1", "train.precision=fp32")) {
            arguments.addAll(List.of("--finetune-set", setting));
        }
        arguments.addAll(List.of("--robustness", "fgsm,corruptions", "--data", data.toString()));
        arguments.addAll(List.of("--out", out.toString()));
        arguments.addAll(List.of(more));
        return arguments;
    }

    @Test
    void withoutAClassifierThereIsNothingToMeasure() throws IOException {
        Path out = temporary.resolve("compared");
        Comparison comparison = measured(out)
                .tasks("scratch")
                .finetuneSet("optimizer.learning-rate=1e30")
                .finetuneSet("optimizer.clip=0");
        BandpassException refused = catchThrowableOfType(BandpassException.class, comparison::run);
        assertThat(refused.kind()).isEqualTo(BandpassException.Kind.DIVERGED);
        Path cell = out.resolve("cells/tiny/scratch/seed-0");
        assertThat(cell.resolve("robustness")).doesNotExist();
        assertThat(CellResult.read(cell).diverged()).containsOnlyKeys("finetune-all");
        assertThat(Files.readString(out.resolve("results.md")))
                .contains("| tiny | scratch | – (1 diverged) | – (1 diverged) | – (1 diverged) | – (1 diverged) | 0 |");
    }

    /** The images have two classes. */
    @Test
    void tooFewClassesForAnAttackAreSaidBeforeAnythingRuns() {
        Path out = temporary.resolve("compared");
        assertThatThrownBy(() -> comparison(out).robustness("apgd-t").run())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("apgd-t")
                .hasMessageContaining("classes");
        assertThat(out).doesNotExist();
    }

    @Test
    void aPlanWithOtherPartsIsRefusedAndOneOfAnEarlierVersionGoesOn() throws IOException {
        Path out = temporary.resolve("compared");
        measured(out).stopWhen(() -> true).run();
        assertThatThrownBy(() -> comparison(out).robustness("pgd").run())
                .isInstanceOf(RunFolderException.class)
                .hasMessageContaining("another plan")
                .hasMessageContaining("robustness.parts");

        Path old = temporary.resolve("old");
        comparison(old).stopWhen(() -> true).run();
        Path plan = old.resolve("plan.yaml");
        String text = Files.readString(plan);
        assertThat(text).contains("robustness:\n  parts: none\n");
        Files.writeString(plan, text.substring(0, text.indexOf("robustness:")));
        assertThat(comparison(old).stopWhen(() -> true).run()).isFalse();
    }

    @Test
    void thePlanNamesWhatWillBeMeasured() throws IOException {
        assertThat(comparison(temporary.resolve("compared"))
                        .robustness("pgd", "bands")
                        .plan())
                .contains("tiny, scratch, seed 0: finetune-all 8 steps, robustness")
                .contains("robustness: pgd, bands of at most 500 held-out images, drawn by seed 0");
    }
}

package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.testing.TinyRuns;
import io.bandpass.torch.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a run of fine-tuning to a table of robustness. */
final class RobustnessCommandTest {
    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path digits;
    private static Path run;

    @BeforeAll
    static void train() throws IOException {
        digits = TinyRuns.images(shared.resolve("digits"), 32);
        run = shared.resolve("run");
        TinyRuns.tuned(digits, run);
    }

    private static Said robustness(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("robustness", "--threads", 1));
        arguments.addAll(List.of(more));
        return Said.by(arguments.toArray());
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    private static List<JsonNode> of(JsonNode json, String part) {
        return StreamSupport.stream(json.get("results").spliterator(), false)
                .filter(entry -> entry.get("part").asText().equals(part))
                .toList();
    }

    @Test
    void everythingThatAppliesIsMeasuredOnTheHeldOutImagesOfTheRun() throws IOException {
        Path out = folder.resolve("out");
        Said said = robustness("--run", run, "--out", out, "--severities", "2,4", "--fourier", "--step", 2);
        assertThat(said.exitCode()).as(said.error()).isZero();
        assertThat(said.out()).contains("clean", "fgsm linf 1/255", "pgd linf 1/255", "results");
        JsonNode json = json(out.resolve("results.json"));
        assertThat(of(json, "clean")).hasSize(1);
        assertThat(of(json, "attack"))
                .hasSize(2)
                .allSatisfy(attack -> assertThat(
                                StreamSupport.stream(attack.get("energy").spliterator(), false)
                                        .mapToDouble(JsonNode::asDouble)
                                        .sum())
                        .isCloseTo(1, within(1e-9)));
        assertThat(out.resolve("report.html"))
                .content()
                .contains(
                        "Errors under corruption",
                        "Fourier heat maps",
                        "Calibration under corruption",
                        "Energy of adversarial perturbations");
        assertThat(of(json, "corruption")).hasSize(19 * 2);
        assertThat(of(json, "low-pass")).hasSize(17);
        assertThat(of(json, "high-pass")).hasSize(17);
        assertThat(of(json, "band-noise")).hasSize(17);
        assertThat(of(json, "fourier")).isNotEmpty();
        JsonNode clean = of(json, "clean").get(0);
        // The lowest high-pass radius removes nothing.
        assertThat(of(json, "high-pass").get(0).get("correct")).isEqualTo(clean.get("correct"));
        assertThat(out.resolve("results.md")).content().contains("| run |");
        assertThat(out.resolve("results.csv")).content().startsWith("model,part,images,correct,accuracy");
        assertThat(json.get("summary").get(0).get("clean")).isEqualTo(clean.get("accuracy"));
    }

    @Test
    void anAttackWithoutRoomChangesNothingAndOneWithAllRoomLeavesNothing() throws IOException {
        Path out = folder.resolve("out");
        Said said = robustness(
                "--run",
                run,
                "--out",
                out,
                "--corruptions",
                "none",
                "--bands",
                "none",
                "--attacks",
                "fgsm,pgd",
                "--eps",
                "0,255/255",
                "--steps",
                20);
        assertThat(said.exitCode()).as(said.error()).isZero();
        JsonNode json = json(out.resolve("results.json"));
        JsonNode clean = of(json, "clean").get(0);
        for (JsonNode attack : of(json, "attack")) {
            if (attack.get("eps").asDouble() == 0) {
                assertThat(attack.get("correct")).isEqualTo(clean.get("correct"));
            } else if (attack.get("name").asText().equals("pgd")) {
                assertThat(attack.get("correct").asInt()).isZero();
            }
        }
    }

    @Test
    void finishedPartsAreKeptUntilSomethingIsDifferent() throws IOException {
        Path out = folder.resolve("out");
        Object[] call = {"--run", run, "--out", out, "--attacks", "fgsm", "--corruptions", "fog,snow", "--bands", "none"
        };
        assertThat(robustness(call).exitCode()).isZero();
        Path part = out.resolve("parts/run/fog-3.json");
        FileTime before = Files.getLastModifiedTime(part);
        String results = Files.readString(out.resolve("results.json"));
        Files.delete(out.resolve("parts/run/snow-1.json"));
        Files.writeString(out.resolve("parts/run/snow-2.json"), "{");
        Said again = robustness(call);
        assertThat(again.exitCode()).as(again.error()).isZero();
        assertThat(again.out()).contains("fog 3, kept").doesNotContain("snow 1, kept", "snow 2, kept");
        assertThat(Files.getLastModifiedTime(part)).isEqualTo(before);
        assertThat(out.resolve("results.json")).content().isEqualTo(results);
        List<Object> other = new ArrayList<>(List.of(call));
        other.addAll(List.of("--seed", 1));
        assertThat(robustness(other.toArray()).out()).doesNotContain("fog 3, kept");
        assertThat(robustness(call).exitCode()).isZero();
        for (List<Object> different :
                List.of(List.<Object>of("--preprocess", "squash"), List.<Object>of("--precision", "bf16"))) {
            List<Object> changed = new ArrayList<>(List.of(call));
            changed.addAll(different);
            assertThat(robustness(changed.toArray()).out())
                    .as("with %s", different)
                    .contains("fog 3")
                    .doesNotContain("fog 3, kept");
        }
    }

    @Test
    void aHeatMapOfMoreImagesIsMeasuredAnew() {
        Path out = folder.resolve("out");
        Object[] call = {
            "--run",
            run,
            "--out",
            out,
            "--attacks",
            "none",
            "--corruptions",
            "none",
            "--bands",
            "none",
            "--fourier",
            "--step",
            4
        };
        List<Object> few = new ArrayList<>(List.of(call));
        few.addAll(List.of("--images", 2));
        assertThat(robustness(few.toArray()).exitCode()).isZero();
        assertThat(robustness(call).out()).contains("clean, kept").doesNotContain("fourier, kept");
    }

    @Test
    void resultsDoNotDependOnTheBatchAndModelsStandSideBySide() throws IOException {
        Path one = folder.resolve("one");
        Path many = folder.resolve("many");
        Object[] call = {"--weights", run, "--weights", run, "--data", digits, "--attacks", "none", "--bands", "none"};
        for (Object[] more : new Object[][] {{"--out", one, "--batch-size", 1}, {"--out", many, "--batch-size", 64}}) {
            List<Object> arguments = new ArrayList<>(List.of(call));
            arguments.addAll(List.of(more));
            Said said = robustness(arguments.toArray());
            assertThat(said.exitCode()).as(said.error()).isZero();
        }
        List<JsonNode> first = of(json(one.resolve("results.json")), "corruption");
        List<JsonNode> second = of(json(many.resolve("results.json")), "corruption");
        assertThat(first).hasSize(2 * 19 * 5);
        for (int i = 0; i < first.size(); i++) {
            assertThat(first.get(i).get("correct")).isEqualTo(second.get(i).get("correct"));
        }
        assertThat(first.get(0).get("model").asText()).isEqualTo("run");
        assertThat(first.get(95).get("model").asText()).isEqualTo("run-2");
    }

    @Test
    void severalProcessesMeasureWhatOneDoes() throws IOException {
        assumeThat(Engine.physicalCores()).as("cores").isGreaterThan(1);
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        Object[] call = {"--weights", run, "--weights", run, "--data", digits, "--attacks", "pgd", "--severities", 3};
        for (Object[] more : new Object[][] {{"--out", one}, {"--out", two, "--jobs", 2}}) {
            List<Object> arguments = new ArrayList<>(List.of(call));
            arguments.addAll(List.of(more));
            Said said = robustness(arguments.toArray());
            assertThat(said.exitCode()).as(said.error()).isZero();
        }
        assertThat(two.resolve("results.json")).hasSameTextualContentAs(one.resolve("results.json"));
        refused(2, "--jobs is 'many'", "--run", run, "--jobs", "many");
    }

    @Test
    void whatCannotBeMeasuredIsSaidInASentence() {
        refused(2, "no classifier is named", "--data", digits, "--out", folder.resolve("a"));
        refused(2, "give --out DIR", "--weights", run, "--data", digits);
        refused(2, "there is no attack pdg", "--run", run, "--attacks", "pdg");
        refused(2, "there is no corruption fogg", "--run", run, "--corruptions", "fogg");
        refused(2, "the corruption frost needs the pictures", "--run", run, "--corruptions", "frost");
        refused(2, "severities", "--run", run, "--severities", "0-3");
        refused(2, "bands are '9-3'", "--run", run, "--bands", "9-3");
        refused(
                2,
                "bands end at a radius of 100 bins, but images of 16 px have no frequencies beyond 11.3",
                "--run",
                run,
                "--bands",
                "0-100");
        refused(2, "'5-1', whose first number", "--run", run, "--severities", "5-1");
        refused(2, "--eps is empty", "--run", run, "--eps", ",");
        refused(
                2,
                "--steps is set, but no attack of fgsm, square",
                "--run",
                run,
                "--attacks",
                "fgsm,square",
                "--steps",
                9);
        refused(2, "--eps is set, but there is no attack", "--run", run, "--attacks", "none", "--eps", "1/255");
        refused(
                2,
                "cannot be made",
                "--run",
                run,
                "--out",
                digits.resolve("train-images-idx3-ubyte").resolve("out"));
        refused(2, "eps", "--run", run, "--eps", "4/0");
        refused(2, "--limit is 'x'", "--run", run, "--limit", "x");
        refused(3, "nowhere", "--run", run, "--data", folder.resolve("nowhere"));
    }

    private void refused(int exitCode, String words, Object... arguments) {
        Said said = robustness(arguments);
        assertThat(said.exitCode()).as(said.error()).isEqualTo(exitCode);
        assertThat(said.error()).contains(words).doesNotContain("Exception");
    }
}

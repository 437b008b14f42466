package io.bandpass.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.robust.Condition;
import io.bandpass.robust.Measurement;
import io.bandpass.robust.RobustnessSummary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RobustnessReportTest {
    private static final int IMAGES = 100;

    @TempDir
    Path folder;

    private static Measurement clean(String model, int correct) {
        return Measurement.ofCounts(model, new Condition.Clean(), IMAGES, correct);
    }

    private static Measurement attack(String model, String name, String norm, double eps, int correct) {
        return Measurement.ofCounts(
                model,
                new Condition.Attack(name, norm, eps, OptionalInt.of(5), OptionalDouble.of(eps / 2), true),
                IMAGES,
                correct);
    }

    private static List<Chart> charts(List<Measurement> measurements) {
        return new RobustnessCurves(measurements, List.of("a", "b", "c")).charts();
    }

    @Test
    void accuracyOverEpsBeginsWithTheImagesAsTheyAre() {
        List<Chart> charts = charts(List.of(
                clean("one", 90),
                attack("one", "pgd", "linf", 4 / 255.0, 20),
                attack("one", "pgd", "linf", 1 / 255.0, 60),
                attack("one", "fgsm", "linf", 1 / 255.0, 70),
                clean("two", 80),
                attack("two", "pgd", "linf", 1 / 255.0, 50),
                attack("two", "pgd", "linf", 4 / 255.0, 10)));
        assertThat(charts).hasSize(1);
        ChartTable table = charts.get(0).table();
        // An attack at one radius is no line.
        assertThat(table.heads()).containsExactly("eps in 1/255", "one, pgd", "two, pgd");
        assertThat(table.rows())
                .containsExactly(
                        List.of("0.000", "90.00", "80.00"),
                        List.of("1.000", "60.00", "50.00"),
                        List.of("4.000", "20.00", "10.00"));
    }

    @Test
    void normsHaveChartsOfTheirOwnAndManyLinesOneForEachModel() {
        List<Measurement> measured = new ArrayList<>();
        for (String model : List.of("one", "two")) {
            for (String name : List.of("fgsm", "pgd")) {
                measured.add(attack(model, name, "linf", 1 / 255.0, 60));
                measured.add(attack(model, name, "linf", 2 / 255.0, 40));
            }
        }
        measured.add(attack("one", "pgd", "l2", 0.5, 60));
        measured.add(attack("one", "pgd", "l2", 1, 40));
        measured.add(attack("one", "pgd", "l2", 0, 90));
        assertThat(charts(measured))
                .extracting(Chart::title)
                .containsExactly("Accuracy over eps, one", "Accuracy over eps, two", "Accuracy over eps in L2");
        assertThat(charts(measured).get(0).table().heads()).containsExactly("eps in 1/255", "fgsm", "pgd");
        assertThat(charts(measured.subList(0, 1))).isEmpty();
    }

    private static RobustnessExample example(String image, String predicted, String picture) {
        return new RobustnessExample(image, "cat", predicted, 0.875, 28, picture, Optional.empty());
    }

    private static RobustnessExample attacked(String image, String predicted, String picture) {
        return new RobustnessExample(
                image,
                "cat",
                predicted,
                0.75,
                28,
                picture,
                Optional.of(new RobustnessExample.Perturbation(127.5, "data:image/png;base64,CHANGE")));
    }

    @Test
    void theStrongestAttackIsShownBesideTheImagesAsTheyAre() throws Exception {
        List<ShownPart> shown = List.of(
                new ShownPart(
                        clean("one", 90),
                        List.of(
                                example("1", "cat", "data:image/png;base64,CLEAN1"),
                                example("2", "dog", "data:image/png;base64,CLEAN2"))),
                new ShownPart(
                        attack("one", "fgsm", "linf", 1 / 255.0, 70),
                        List.of(attacked("1", "cat", "data:image/png;base64,FGSM"))),
                new ShownPart(
                        attack("one", "pgd", "linf", 1 / 255.0, 60),
                        List.of(
                                attacked("1", "dog", "data:image/png;base64,PGD1"),
                                attacked("2", "dog", "data:image/png;base64,PGD2"))));
        ModelExamples model = ModelExamples.of(shown).get(0);
        assertThat(model.attack()).contains("pgd linf 1/255");
        assertThat(model.attacked())
                .extracting(ModelExamples.AttackedExample::outcome)
                .containsExactly("wrong, was right", "still wrong");
        List<Measurement> measured = shown.stream().map(ShownPart::measurement).toList();
        Path page = folder.resolve("report.html");
        new RobustnessReport(Map.of(), measured, RobustnessSummary.of(measured), shown).write(page);
        assertThat(Files.readString(page))
                .contains("base64,CLEAN1", "base64,PGD1", "base64,CHANGE", "x 127.5", "wrong, was right", "dog, 75.0 %")
                .doesNotContain("FGSM");
    }

    @Test
    void corruptionsThatCountInNoMeanAreNamed() throws Exception {
        List<Measurement> measured = List.of(clean("one", 90), corrupted("fog", 60), corrupted("spatter", 50));
        Path page = folder.resolve("report.html");
        new RobustnessReport(Map.of(), measured, RobustnessSummary.of(measured), List.of()).write(page);
        assertThat(Files.readString(page)).contains("leave out the extra ones of ImageNet-C: spatter.");
        List<Measurement> benchmark = measured.subList(0, 2);
        new RobustnessReport(Map.of(), benchmark, RobustnessSummary.of(benchmark), List.of()).write(page);
        assertThat(Files.readString(page)).doesNotContain("leave out");
    }

    private static Measurement corrupted(String name, int correct) {
        return Measurement.ofCounts(
                "one", new Condition.Corruption(name, 3, Condition.Corruption.IMAGENET_C), IMAGES, correct);
    }
}

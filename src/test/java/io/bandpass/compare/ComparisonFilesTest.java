package io.bandpass.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.compare.ComparisonTable.Cell;
import io.bandpass.compare.ComparisonTable.Column;
import io.bandpass.compare.ComparisonTable.Course;
import io.bandpass.compare.ComparisonTable.Measured;
import io.bandpass.compare.ComparisonTable.Row;
import io.bandpass.compare.ComparisonTable.Use;
import io.bandpass.metrics.MetricsFile;
import io.bandpass.metrics.ScoreMetrics;
import io.bandpass.metrics.StepMetrics;
import io.bandpass.report.Chart;
import io.bandpass.robust.Condition;
import io.bandpass.robust.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ComparisonFilesTest {
    private static final String HOSTILE = "<script>alert(1)</script>\"'&|,";

    private static final List<Column> COLUMNS = List.of(
            new Column("top1_all", "top-1 (%)", "Right.", 100, 2),
            new Column("knn_top1", "kNN (%)", "Nearest.", 100, 2),
            new Column("never", "never measured", "Nothing.", 1, 0));

    private static ComparisonTable table() {
        return new ComparisonTable(
                "Comparison",
                Map.of("data", "/data"),
                COLUMNS,
                List.of(
                        new Row(
                                "vit",
                                "mfm",
                                "cells/vit/mfm",
                                List.of(
                                        new Cell(0, true, Map.of("top1_all", 0.70, "knn_top1", 0.5)),
                                        new Cell(1, true, Map.of("top1_all", 0.74, "knn_top1", 0.5)),
                                        new Cell(2, true, Map.of("top1_all", 0.75))),
                                ""),
                        new Row(
                                "vit",
                                "scratch",
                                "cells/vit/scratch",
                                List.of(new Cell(0, true, Map.of("top1_all", 0.6)), new Cell(1, false, Map.of())),
                                "1 of 3 seeds is not finished yet"),
                        new Row("cnn", "mae", "cells/cnn/mae", List.of(), "not possible: needs a ViT, not a CNN")),
                List.of(course(0, 4, 3, 2, 1), course(1, 6, 5, 4, 3)),
                List.of("A notice."));
    }

    /** A loss and a look at the end of each epoch. */
    private static Course course(int seed, double... losses) {
        List<StepMetrics> steps = new ArrayList<>();
        List<ScoreMetrics> looks = new ArrayList<>();
        for (int i = 0; i < losses.length; i++) {
            double epoch = i + 1;
            steps.add(new StepMetrics(i + 1, epoch, losses[i], 0.1, 1, 100, 0));
            looks.add(new ScoreMetrics(i + 1, epoch, Map.of("top1", 0.1 * (i + seed))));
        }
        return new Course(Use.FINETUNING, "vit", "mfm", new MetricsFile.Content(steps, looks));
    }

    /** Mean 73; squares 9 + 1 + 4 = 14 over 2, root 2.6458. */
    @Test
    void meanAndSampleStandardDeviationAreOverSeeds() {
        Spread spread = Spread.of(List.of(70.0, 74.0, 75.0));
        assertThat(spread.mean()).isCloseTo(73, within(1e-12));
        assertThat(spread.deviation()).isCloseTo(Math.sqrt(7), within(1e-12));
        assertThat(spread.count()).isEqualTo(3);
        assertThat(spread.text(2)).isEqualTo("73.00 ± 2.65");
        assertThat(Spread.of(List.of(70.0)).text(1)).isEqualTo("70.0");
        assertThat(Spread.of(List.of()).text(1)).isEqualTo("–");
    }

    @Test
    void markdownHasARowForEachTaskAndALineForEachSeed() {
        List<String> lines = ComparisonFiles.markdown(table()).lines().toList();
        assertThat(lines)
                .contains("| encoder | task | top-1 (%) | kNN (%) | seeds |")
                .contains("| vit | mfm | 73.00 ± 2.65 | 50.00 ± 0.00 (n = 2) | 3 |")
                .contains("| vit | scratch | 60.00 | – | 1 |")
                .contains("| cnn | mae | – | – | 0 |")
                .contains("- cnn, mae: not possible: needs a ViT, not a CNN")
                .contains("- A notice.")
                .contains("## Differences from scratch, vit")
                .contains("| mfm | +10.00 |")
                .contains("| vit | mfm | 74.00 | 50.00 | [seed 1](cells/vit/mfm/seed-1) |")
                .contains("| data | /data |");
        assertThat(lines).noneMatch(line -> line.contains("never measured"));
    }

    @Test
    void csvHasUnroundedFractionsAndEveryColumn() {
        List<String> lines = ComparisonFiles.csv(table()).lines().toList();
        assertThat(lines.get(0))
                .isEqualTo("encoder,task,top1_all_mean,top1_all_sd,top1_all_n,knn_top1_mean,knn_top1_sd,knn_top1_n,"
                        + "never_mean,never_sd,never_n,complete,folder,note,pretraining,finetuning");
        String[] mfm = lines.get(1).split(",", -1);
        assertThat(Double.parseDouble(mfm[2])).isCloseTo(0.73, within(1e-12));
        assertThat(Double.parseDouble(mfm[3])).isCloseTo(Math.sqrt(7) / 100, within(1e-12));
        assertThat(mfm[4]).isEqualTo("3");
        assertThat(mfm[7]).isEqualTo("2");
        assertThat(lines.get(2)).startsWith("vit,scratch,0.6,,1,,,0,,,0,1,cells/vit/scratch,");
        assertThat(lines.get(3)).endsWith(",,0,,,0,,,0,0,cells/cnn/mae,\"not possible: needs a ViT, not a CNN\",,");
    }

    @Test
    void thePageHasTheTableAndAChartForEachScore() {
        String page = ComparisonFiles.html(table());
        assertThat(page)
                .contains("<title>Comparison – Bandpass</title>")
                .contains("73.00 ± 2.65")
                .contains("cnn, mae: not possible: needs a ViT, not a CNN")
                .contains("A notice.")
                .contains("href=\"cells/vit/mfm/seed-2\"");
        // Two scores, and the losses and accuracies of one encoder.
        assertThat(page.split("<svg", -1)).hasSize(1 + 2 + 2);
        assertThat(page).doesNotContain("never measured").doesNotContain("http");
    }

    @Test
    void aCurveIsTheMeanOfThoseOfTheSeeds() {
        List<Chart> charts =
                ComparisonCurves.of(List.of(course(0, 4, 3, 2, 1), course(1, 6, 5, 4, 3)), List.of("scratch", "mfm"));
        assertThat(charts)
                .extracting(Chart::title)
                .containsExactly("Fine-tuning of vit: loss", "Fine-tuning of vit: top-1");
        for (Chart chart : charts) {
            assertThat(chart.legend()).containsExactly(Map.entry("mfm", "s1"));
            List<List<Double>> seeds = curves(chart.svg(), "line s1 one");
            List<List<Double>> mean = curves(chart.svg(), "line s1");
            assertThat(seeds).hasSize(2);
            assertThat(mean).hasSize(1);
            assertThat(mean.get(0)).hasSize(4);
            for (int i = 0; i < 4; i++) {
                double between = (seeds.get(0).get(i) + seeds.get(1).get(i)) / 2;
                assertThat(mean.get(0).get(i)).isCloseTo(between, within(0.11));
                assertThat(seeds.get(0).get(i)).isNotEqualTo(seeds.get(1).get(i));
            }
        }
        List<Chart> unequal = ComparisonCurves.of(List.of(course(0, 4, 3, 2, 1), course(1, 6, 5)), List.of("mfm"));
        for (Chart chart : unequal) {
            assertThat(curves(chart.svg(), "line s0 one"))
                    .extracting(List::size)
                    .containsExactly(4, 2);
            assertThat(curves(chart.svg(), "line s0")).extracting(List::size).containsExactly(2);
        }
        List<Chart> oneLook = ComparisonCurves.of(List.of(course(0, 4)), List.of("mfm"));
        assertThat(oneLook).extracting(Chart::title).containsExactly("Fine-tuning of vit: loss");
        assertThat(curves(oneLook.get(0).svg(), "line s0 one")).isEmpty();
    }

    /** Of each polyline of a class, the heights of its points. */
    private static List<List<Double>> curves(String svg, String style) {
        return Pattern.compile("<polyline class=\"" + style + "\" points=\"([^\"]*)\"")
                .matcher(svg)
                .results()
                .map(found -> Pattern.compile("[0-9.]+,([0-9.]+)")
                        .matcher(found.group(1))
                        .results()
                        .map(point -> Double.parseDouble(point.group(1)))
                        .toList())
                .toList();
    }

    @Test
    void textFromOutsideIsNeverMarkup() {
        Column column = new Column("x", HOSTILE, HOSTILE, 1, 0);
        ComparisonTable table = new ComparisonTable(
                HOSTILE,
                Map.of(HOSTILE, HOSTILE),
                List.of(column),
                List.of(new Row(HOSTILE, HOSTILE, "cells", List.of(new Cell(0, true, Map.of("x", 1.0))), HOSTILE)),
                List.of(new Course(
                        Use.FINETUNING, HOSTILE, HOSTILE, course(0, 1, 2).metrics())),
                List.of(HOSTILE));
        assertThat(ComparisonFiles.html(table)).contains("&lt;script").doesNotContain("<script");
        assertThat(ComparisonFiles.csv(table)).contains("\"<script>alert(1)</script>\"\"'&|,\"");
        assertThat(ComparisonFiles.markdown(table)).contains("\"'&\\|, |");
    }

    @Test
    void aChartHasADotForEachValueAndTheMeanBetweenThem() {
        String svg = DotChart.of(
                "score",
                List.of(
                        new DotChart.Group("mfm", List.of(new DotChart.Series(0, List.of(10.0, 30.0)))),
                        new DotChart.Group("scratch", List.of(new DotChart.Series(7, List.of())))));
        List<Double> dots = positions(svg, "<circle class=\"one\" cx=\"([0-9.]+)\"");
        List<Double> mean = positions(svg, "<circle cx=\"([0-9.]+)\"");
        assertThat(dots).hasSize(2);
        assertThat(mean).hasSize(1);
        assertThat(mean.get(0)).isCloseTo((dots.get(0) + dots.get(1)) / 2, within(0.1));
        assertThat(svg).contains("class=\"s0\"").contains(">scratch</text>").doesNotContain("NaN");
    }

    private static ComparisonTable ofTwoEncoders() {
        List<Row> rows = new ArrayList<>();
        for (String encoder : List.of("vit", "cnn")) {
            for (String task : List.of("scratch", "mfm", "denoise")) {
                rows.add(new Row(
                        encoder,
                        task,
                        "cells",
                        List.of(new Cell(0, true, Map.of("top1_all", 0.5)), new Cell(1, true, Map.of("top1_all", 0.6))),
                        ""));
            }
        }
        List<Course> courses = new ArrayList<>();
        for (Row row : rows) {
            courses.add(new Course(
                    Use.FINETUNING,
                    row.encoder(),
                    row.task(),
                    course(0, 3, 2, 1).metrics()));
        }
        return new ComparisonTable("Comparison", Map.of(), COLUMNS, rows, courses, List.of());
    }

    @Test
    void aColourIsATaskInEveryChartAndAnEncoderHasItsShapeAndName() {
        String page = ComparisonFiles.html(ofTwoEncoders());
        List<String> charts = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL)
                .matcher(page)
                .results()
                .map(MatchResult::group)
                .toList();
        // One score, and the losses and accuracies of two encoders.
        assertThat(charts).hasSize(5);
        String dots = charts.get(0);
        // By task, and in each by encoder.
        assertThat(positions(dots, "<g class=\"s(\\d)\"")).containsExactly(0.0, 0.0, 1.0, 1.0, 2.0, 2.0);
        assertThat(dots.split("<circle cx", -1))
                .as("means of the first encoder")
                .hasSize(1 + 3);
        assertThat(dots.split("<rect ", -1)).as("means of the second").hasSize(1 + 3);
        assertThat(dots.split(">cnn</text>", -1)).hasSize(1 + 3);
        for (String curves : charts.subList(1, 5)) {
            assertThat(positions(curves, "class=\"line s(\\d)\"")).containsExactly(0.0, 1.0, 2.0);
            assertThat(curves).contains(">scratch</text>", ">mfm</text>", ">denoise</text>");
        }
        assertThat(page)
                .contains("<span class=\"s2\">&#9632; denoise</span>")
                .contains("<span>● vit</span>", "<span>■ cnn</span>");
        assertThat(charts)
                .allMatch(svg ->
                        svg.matches("(?s)<svg [^>]*role=\"img\" aria-label=\"[^\"]{20,}\"><title>[^<]+</title>.*"));
        assertThat(page.split("Values of this chart", -1)).hasSize(1 + 4);
    }

    /** Colours of neighbours in a legend are told apart by their dashes where colours are not seen. */
    @Test
    void everyStyleOfALineHasADashOfItsOwn() {
        String page = ComparisonFiles.html(table());
        List<String> dashes = new ArrayList<>(List.of("solid"));
        for (int i = 1; i < 12; i++) {
            assertThat(page).contains("--s" + i + ":").contains(".s" + i + " { color: var(--s" + i + ");");
            Matcher dash = Pattern.compile("svg \\.s" + i + " \\{ stroke-dasharray: ([0-9 ]+);")
                    .matcher(page);
            assertThat(dash.find()).as("s" + i).isTrue();
            dashes.add(dash.group(1));
        }
        assertThat(dashes).doesNotHaveDuplicates();
        assertThat(DotChart.style(11)).isEqualTo("s11");
        assertThat(DotChart.style(12)).isEqualTo("s0");
    }

    @Test
    void aCellThatDivergedIsShownSoAndIsNotCounted() {
        ComparisonTable table = new ComparisonTable(
                "Comparison",
                Map.of(),
                COLUMNS,
                List.of(new Row(
                        "vit",
                        "mfm",
                        "cells/vit/mfm",
                        List.of(
                                new Cell(0, true, Map.of("top1_all", 0.70, "knn_top1", 0.5)),
                                new Cell(1, false, Map.of("knn_top1", 0.6), Set.of("top1_all"))),
                        "seed 1, finetune-all: training diverged",
                        "28 px, masked",
                        "")),
                List.of(),
                List.of());
        assertThat(ComparisonFiles.markdown(table))
                .contains("| vit | mfm | 70.00 (1 diverged) | 55.00 ± 7.07 (n = 2) | 1 |")
                .contains("| vit | mfm | diverged | 60.00 | [seed 1](cells/vit/mfm/seed-1) |")
                .contains("| vit | mfm | 28 px, masked |");
        assertThat(ComparisonFiles.html(table)).contains("70.00 (1 diverged)", ">diverged<", "28 px, masked");
        assertThat(ComparisonFiles.csv(table)).contains("\nvit,mfm,0.7,,1,0.55,");
    }

    private static Measured measured(String encoder, String task, long... correct) {
        return new Measured(
                encoder,
                task,
                List.of(
                        Measurement.ofCounts("m", new Condition.LowPass(0.875), 10, correct[0]),
                        Measurement.ofCounts("m", new Condition.LowPass(14), 10, correct[1]),
                        Measurement.ofCounts("m", new Condition.Corruption("fog", 1, "CIFAR-10-C"), 10, correct[2]),
                        Measurement.ofCounts("m", new Condition.Corruption("fog", 2, "CIFAR-10-C"), 10, correct[3]),
                        Measurement.ofCounts("m", new Condition.Frequency(0, 0, 1), 10, correct[4])));
    }

    private static ComparisonTable withRobustness(String encoder, Measured... measured) {
        return new ComparisonTable(
                "Comparison",
                Map.of(),
                COLUMNS,
                List.of(
                        new Row(encoder, "scratch", "cells", List.of(), ""),
                        new Row(encoder, "mfm", "cells", List.of(), "")),
                List.of(),
                List.of(measured),
                List.of());
    }

    /** Of mfm 2 and 6 of 10 are right at the first radius: 40 and the root of 2 * 20 * 20 / 1. */
    @Test
    void robustnessIsMeanAndSpreadOverSeeds() {
        ComparisonTable table = withRobustness(
                "vit",
                measured("vit", "mfm", 2, 9, 6, 2, 1),
                measured("vit", "mfm", 6, 9, 8, 6, 4),
                measured("vit", "scratch", 1, 5, 3, 2, 0));
        assertThat(ComparisonFiles.markdown(table))
                .contains("## Low-pass images, vit: top-1 (%)", "| radius in bins | scratch | mfm |")
                .contains("| 0.875 | 10.00 | 40.00 ± 28.28 |", "| 14 | 50.00 | 90.00 ± 0.00 |")
                .contains("| fog | 75.00 | 45.00 ± 21.21 |")
                .doesNotContain("High-pass", "Noise in one ring");
        String page = ComparisonFiles.html(table);
        assertThat(page)
                .contains("<h2>Low-pass images, vit</h2>", ">45.00 ± 21.21<")
                // 5 of 20 are right.
                .contains("<h3>mfm, vit</h3>\n<p class=\"faint\">Errors from 75.0 to 75.0 %")
                .doesNotContain("High-pass");
        List<Chart> charts = RobustnessTables.charts(table);
        assertThat(charts).hasSize(1);
        assertThat(charts.get(0).legend()).containsExactly(Map.entry("scratch", "s0"), Map.entry("mfm", "s1"));
        assertThat(charts.get(0).table().rows())
                .containsExactly(List.of("0.8750", "10.00", "40.00"), List.of("14.00", "50.00", "90.00"));
        assertThat(curves(charts.get(0).svg(), "line s1 one")).hasSize(2);
    }

    /** Each has its own radii. */
    @Test
    void encodersHaveChartsOfTheirOwn() {
        ComparisonTable table =
                withRobustness("vit", measured("vit", "mfm", 2, 9, 6, 2, 1), measured("cnn", "mfm", 6, 9, 8, 6, 4));
        assertThat(RobustnessTables.charts(table))
                .extracting(Chart::title)
                .containsExactly("Low-pass images, vit", "Low-pass images, cnn");
    }

    @Test
    void namesInRobustnessAreNeverMarkup() {
        ComparisonTable table = withRobustness(HOSTILE, measured(HOSTILE, "mfm", 2, 9, 6, 2, 1));
        assertThat(ComparisonFiles.html(table)).contains("&lt;script").doesNotContain("<script");
    }

    @Test
    void aChartOfOneValueOrOfNoneIsDrawable() {
        assertThat(DotChart.of(
                        "score", List.of(new DotChart.Group("a", List.of(new DotChart.Series(0, List.of(0.0)))))))
                .contains("<circle")
                .doesNotContain("NaN")
                .doesNotContain("class=\"one\"");
        assertThat(DotChart.of("score", List.of(new DotChart.Group("a", List.of(new DotChart.Series(0, List.of()))))))
                .isEmpty();
    }

    private static List<Double> positions(String svg, String pattern) {
        return Pattern.compile(pattern)
                .matcher(svg)
                .results()
                .map(match -> Double.parseDouble(match.group(1)))
                .toList();
    }
}

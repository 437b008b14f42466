package io.bandpass.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.report.SvgChart.Line;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

final class SvgChartTest {
    private static final double[] NOTHING = {};

    @Test
    void whereThereIsNothingToDrawThereIsNoChart() {
        assertThat(SvgChart.of("epoch", false, List.of())).isEmpty();
        assertThat(SvgChart.of("epoch", false, List.of(line(NOTHING, NOTHING)))).isEmpty();
        assertThat(chart(false, Double.NaN, Double.POSITIVE_INFINITY)).isEmpty();
        assertThat(chart(true, 0, -1)).isEmpty();
    }

    @Test
    void aRisingLineGoesFromLowerLeftToUpperRight() {
        double[][] points = points(chart(false, 1, 2, 3));
        assertThat(points).hasDimensions(3, 2);
        assertThat(points[0][0]).isLessThan(points[1][0]);
        assertThat(points[1][0]).isLessThan(points[2][0]);
        assertThat(points[0][1]).isGreaterThan(points[1][1]);
        assertThat(points[1][1]).isGreaterThan(points[2][1]);
    }

    @Test
    void powersOfTenAreEvenlySpacedOnALogScale() {
        double[][] points = points(chart(true, 0.01, 1, 100));
        assertThat(points[0][1] - points[1][1]).isEqualTo(points[1][1] - points[2][1]);
    }

    @Test
    void valuesThatCannotBeDrawnAreLeftOut() {
        assertThat(points(chart(false, 1, Double.NaN, 3, Double.NEGATIVE_INFINITY)))
                .hasDimensions(2, 2);
        assertThat(points(chart(true, 1, 0, 3, -1, Double.NaN))).hasDimensions(2, 2);
        double[] x = {0, Double.NaN, 2, Double.POSITIVE_INFINITY};
        assertThat(points(SvgChart.of("epoch", false, List.of(line(x, new double[] {1, 2, 3, 4})))))
                .hasDimensions(2, 2);
    }

    @Test
    void aSinglePointIsADot() {
        String svg = chart(false, 5);
        NodeList dots = parse(svg).getElementsByTagName("circle");
        assertThat(dots.getLength()).isEqualTo(1);
        assertThat(((Element) dots.item(0)).getAttribute("class")).isEqualTo("line a");
        assertThat(parse(chart(false, 5, 6)).getElementsByTagName("circle").getLength())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -3, 1e-300, 1e100, Double.MIN_VALUE})
    void aFlatLineIsInTheMiddle(double value) {
        for (double[] point : points(chart(false, value, value, value))) {
            assertThat(point[1]).isBetween(100.0, 140.0);
        }
    }

    @Test
    void theLargestSpanIsDrawnAndWhatIsBeyondIsLeftOut() {
        assertThat(points(chart(false, -1e100, 1e100, Double.MAX_VALUE, -1e101)))
                .hasDimensions(2, 2);
        assertThat(points(chart(true, 1e-100, 1e100, Double.MAX_VALUE, Double.MIN_VALUE)))
                .hasDimensions(2, 2);
    }

    @Test
    void severalLinesShareTheirScaleAndKeepTheirStyle() {
        double[] x = {0, 1};
        String svg = SvgChart.of(
                "epoch",
                false,
                List.of(
                        new Line("low", "b", x, new double[] {0, 0}),
                        new Line("none", "c", x, new double[] {Double.NaN, Double.NaN}),
                        new Line("high", "a", x, new double[] {1, 1})));
        NodeList drawn = parse(svg).getElementsByTagName("polyline");
        assertThat(drawn.getLength()).isEqualTo(2);
        assertThat(((Element) drawn.item(0)).getAttribute("class")).isEqualTo("line b");
        assertThat(((Element) drawn.item(1)).getAttribute("class")).isEqualTo("line a");
        double[][] points = points(svg);
        assertThat(points[0][1]).isGreaterThan(points[2][1]);
    }

    @Test
    void linesAreNamedBesideTheirEndsAndNoTwoNamesOverlap() {
        double[] x = {0, 1};
        List<Line> lines = IntStream.range(0, 9)
                .mapToObj(i -> new Line("task " + i + " <&\"", "s" + i, x, new double[] {0, i < 6 ? 1 : 0.001 * i}))
                .toList();
        Document chart = parse(SvgChart.of("Loss of \"a\" <b>", "epoch", false, lines));
        NodeList texts = chart.getElementsByTagName("text");
        List<Double> heights = IntStream.range(0, texts.getLength())
                .mapToObj(i -> (Element) texts.item(i))
                .filter(text -> text.getAttribute("class").equals("name"))
                .peek(text -> assertThat(text.getTextContent()).matches("task \\d <&\""))
                .map(text -> Double.parseDouble(text.getAttribute("y")))
                .sorted()
                .toList();
        assertThat(heights).hasSize(9);
        for (int i = 1; i < heights.size(); i++) {
            assertThat(heights.get(i) - heights.get(i - 1)).isGreaterThanOrEqualTo(14);
        }
        assertThat(heights.get(8)).isLessThan(240);
    }

    @Test
    void aChartIsReadAloud() {
        double[] x = {0, 1, 2};
        Element svg = parse(SvgChart.of(
                        "Loss of \"a\" <b>",
                        "epoch",
                        false,
                        List.of(
                                new Line("mfm", "s0", x, new double[] {3, 1, 2}),
                                new Line("", "s0 one", x, new double[] {7, 7, 7}))))
                .getDocumentElement();
        assertThat(svg.getAttribute("role")).isEqualTo("img");
        assertThat(svg.getAttribute("aria-label"))
                .startsWith("Loss of \"a\" <b>. Line chart over epoch.")
                .contains("mfm goes from 3.000 at 0.000 to 2.000 at 2.000, between 1.000 and 3.000.")
                .doesNotContain("7.0");
        assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("Loss of \"a\" <b>");
        assertThat(svg.getElementsByTagName("desc").item(0).getTextContent()).contains("mfm goes from");
    }

    @Test
    void aChartHasItsValuesAsATable() {
        double[] x = {0, 1, 2};
        ChartTable table = Chart.of(
                        "Accuracy",
                        "",
                        "epoch",
                        false,
                        List.of(
                                new Line("top-1", "a", x, new double[] {10, Double.NaN, 30.25}),
                                new Line("top-5", "b", new double[] {2, 3}, new double[] {50, 60})))
                .orElseThrow()
                .table();
        assertThat(table.heads()).containsExactly("epoch", "top-1", "top-5");
        assertThat(table.rows())
                .containsExactly(
                        List.of("0.000", "10.00", ""),
                        List.of("2.000", "30.25", "50.00"),
                        List.of("3.000", "", "60.00"));
        assertThat(table.remark()).isEmpty();

        double[] many = IntStream.range(0, 1000).asDoubleStream().toArray();
        ChartTable thinned = ChartTable.of("Loss", "epoch", List.of(line(many, many)));
        assertThat(thinned.heads()).containsExactly("epoch", "Loss");
        assertThat(thinned.rows()).hasSize(50).doesNotHaveDuplicates();
        assertThat(thinned.rows().get(0).get(0)).isEqualTo("0.000");
        assertThat(thinned.rows().get(49).get(0)).isEqualTo("999.0");
        assertThat(thinned.remark()).isEqualTo(", 50 of 1000 rows, evenly spread");
    }

    @Test
    void numbersAreTheSameInEveryCountry() {
        String svg = chart(false, 0.25, 1234.5);
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            assertThat(chart(false, 0.25, 1234.5)).isEqualTo(svg);
        } finally {
            Locale.setDefault(before);
        }
    }

    private static String chart(boolean log, double... y) {
        double[] x = IntStream.range(0, y.length).asDoubleStream().toArray();
        return SvgChart.of("epoch", log, List.of(line(x, y)));
    }

    private static Line line(double[] x, double[] y) {
        return new Line("", "a", x, y);
    }

    /** The corners of all lines; fails unless the chart is sound XML with every coordinate and label a number. */
    private static double[][] points(String svg) {
        Document document = parse(svg);
        assertThat(svg).doesNotContain("NaN").doesNotContain("Infinity");
        NodeList lines = document.getElementsByTagName("polyline");
        return IntStream.range(0, lines.getLength())
                .mapToObj(i -> ((Element) lines.item(i)).getAttribute("points").trim())
                .flatMap(points -> List.of(points.split(" ", -1)).stream())
                .map(SvgChartTest::point)
                .toArray(double[][]::new);
    }

    private static double[] point(String text) {
        String[] parts = text.split(",", -1);
        double[] point = {Double.parseDouble(parts[0]), Double.parseDouble(parts[1])};
        assertThat(point[0]).isBetween(0.0, 640.0);
        assertThat(point[1]).isBetween(0.0, 260.0);
        return point;
    }

    private static Document parse(String svg) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new AssertionError(svg, e);
        }
    }
}

package io.bandpass.report;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.bandpass.report.SvgChart.Line;
import io.bandpass.robust.AttackWords;
import io.bandpass.robust.Condition;
import io.bandpass.robust.CorruptionErrors;
import io.bandpass.robust.Measurement;
import io.bandpass.robust.RobustnessSummary;
import io.bandpass.robust.RobustnessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The page about the robustness of classifiers.
 *
 * @param facts images, seed and protocol
 * @param shown examples of images
 */
public record RobustnessReport(
        Map<String, String> facts,
        List<Measurement> measurements,
        List<RobustnessSummary> summaries,
        List<ShownPart> shown) {
    private static final TemplateEngine TEMPLATES = TemplateEngine.createPrecompiled(ContentType.Html);
    private static final List<String> STYLES = List.of("a", "b", "d", "e", "f", "c");

    /** Errors of a model: a line for each corruption, a cell for each severity. */
    public record CorruptionTable(String model, List<Integer> severities, List<CorruptionLine> lines) {}

    /** Errors under a corruption. */
    public record CorruptionLine(String name, List<Cell> cells) {}

    /**
     * An error.
     *
     * @param strength of the colour, in per cent
     */
    public record Cell(String text, int strength) {}

    /**
     * Writes the page.
     *
     * @throws IOException if it cannot be written
     */
    public void write(Path html) throws IOException {
        StringOutput text = new StringOutput();
        TEMPLATES.render(
                "robustness.jte",
                Map.of("report", this, "models", RobustnessTable.of(summaries), "charts", charts()),
                text);
        Files.writeString(html, text.toString().stripTrailing() + "\n");
    }

    /** Errors under corruption, in memory and on a stored set, of each model that has some. */
    public List<CorruptionTable> corruptionTables() {
        return summaries.stream()
                .flatMap(row -> Stream.of(
                        table(row.model() + ", in memory", row.corruptions()),
                        table(row.model() + ", stored set", row.stored())))
                .filter(table -> !table.lines().isEmpty())
                .toList();
    }

    private static CorruptionTable table(String model, CorruptionErrors errors) {
        TreeSet<Integer> severities = new TreeSet<>();
        for (int severity = 1; severity <= CorruptionErrors.SEVERITIES; severity++) {
            int asked = severity;
            if (errors.corruptions().stream()
                    .anyMatch(name -> errors.error(name, asked).isPresent())) {
                severities.add(severity);
            }
        }
        List<CorruptionLine> lines = errors.corruptions().stream()
                .map(name -> new CorruptionLine(
                        name,
                        severities.stream()
                                .map(severity -> cell(errors.error(name, severity)))
                                .toList()))
                .toList();
        return new CorruptionTable(model, List.copyOf(severities), lines);
    }

    private static Cell cell(OptionalDouble error) {
        return error.isEmpty()
                ? new Cell("", 0)
                : new Cell(String.format(Locale.ROOT, "%.0f", 100 * error.getAsDouble()), (int)
                        Math.round(100 * error.getAsDouble()));
    }

    /** Names those corruptions that count in no mean over the benchmark; empty if there are none. */
    public String extraCorruptions() {
        return summaries.stream()
                .flatMap(row -> Stream.of(row.corruptions(), row.stored()))
                .flatMap(errors -> errors.corruptions().stream())
                .filter(name -> !name.startsWith(CorruptionErrors.FROST)
                        && !CorruptionErrors.benchmark().contains(name))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** Whether frost* is among the corruptions, so that the page must say what it is. */
    public boolean hasProceduralFrost() {
        return summaries.stream()
                .anyMatch(row -> row.corruptions().corruptions().contains(CorruptionErrors.FROST + "*"));
    }

    /** Example images of each model that has some. */
    public List<ModelExamples> examples() {
        return ModelExamples.of(shown);
    }

    /** A heat map of each model that has one. */
    public List<FourierPicture> heatMaps() {
        return FourierPicture.of(byModel(measurement -> measurement.condition() instanceof Condition.Frequency));
    }

    private List<Chart> charts() {
        List<Chart> charts = new RobustnessCurves(measurements, STYLES).charts();
        Stream.of(
                        curve(
                                "Low-pass images",
                                "Only frequencies nearer to DC than the radius are kept.",
                                one -> one instanceof Condition.LowPass band ? band.radius() : Double.NaN),
                        curve(
                                "High-pass images",
                                "Only frequencies at least the radius from DC are kept.",
                                one -> one instanceof Condition.HighPass band ? band.radius() : Double.NaN),
                        curve(
                                "Noise in one ring",
                                "Of the same energy for each radius.",
                                one -> one instanceof Condition.BandNoise band ? band.radius() : Double.NaN))
                .flatMap(Optional::stream)
                .forEach(charts::add);
        energy().ifPresent(charts::add);
        calibration().ifPresent(charts::add);
        return charts;
    }

    /** Calibration error over the severity of corruptions, with the images as they are at 0. */
    private Optional<Chart> calibration() {
        List<Line> lines = new ArrayList<>();
        for (RobustnessSummary row : summaries) {
            SortedMap<Integer, Double> errors = new TreeMap<>(row.calibrationErrors());
            if (errors.isEmpty()) {
                continue;
            }
            // A stored set need not have the images that were measured as they are.
            if (row.stored().corruptions().isEmpty()) {
                row.scores().ifPresent(scores -> errors.put(0, scores.calibrationError()));
            }
            lines.add(new Line(
                    row.model(),
                    STYLES.get(lines.size() % STYLES.size()),
                    errors.keySet().stream().mapToDouble(Integer::doubleValue).toArray(),
                    errors.values().stream().mapToDouble(error -> 100 * error).toArray()));
        }
        return Chart.of(
                "Calibration under corruption",
                "Expected calibration error in per cent, the mean over the corruptions; at 0, if there, of the images as"
                        + " they are.",
                "severity",
                false,
                lines);
    }

    /** Energy of adversarial perturbations over the radius, with a line for each model and attack. */
    private Optional<Chart> energy() {
        List<Line> lines = new ArrayList<>();
        for (Measurement one : measurements) {
            if (one.condition() instanceof Condition.Attack attack
                    && !one.energy().isEmpty()
                    && lines.size() < STYLES.size()) {
                lines.add(new Line(
                        summaries.size() > 1 ? one.model() + ", " + AttackWords.of(attack) : AttackWords.of(attack),
                        STYLES.get(lines.size()),
                        IntStream.range(0, one.energy().size()).asDoubleStream().toArray(),
                        one.energy().stream().mapToDouble(share -> 100 * share).toArray()));
            }
        }
        return Chart.of(
                "Energy of adversarial perturbations",
                "Share of each ring of frequencies in per cent.",
                "radius in bins",
                false,
                lines);
    }

    /**
     * Accuracy over a radius, with a line for each model.
     *
     * @param radius of a measurement; NaN if it is of another kind
     */
    private Optional<Chart> curve(String title, String what, Function<Condition, Double> radius) {
        List<Line> lines = new ArrayList<>();
        byModel(one -> !radius.apply(one.condition()).isNaN())
                .forEach((model, points) -> lines.add(new Line(
                        model,
                        STYLES.get(lines.size() % STYLES.size()),
                        points.stream()
                                .mapToDouble(one -> radius.apply(one.condition()))
                                .toArray(),
                        points.stream().mapToDouble(one -> 100 * one.accuracy()).toArray())));
        return Chart.of(title, "Accuracy in per cent. " + what, "radius in bins", false, lines);
    }

    private Map<String, List<Measurement>> byModel(Predicate<Measurement> wanted) {
        Map<String, List<Measurement>> found = new LinkedHashMap<>();
        measurements.stream()
                .filter(wanted)
                .forEach(one -> found.computeIfAbsent(one.model(), model -> new ArrayList<>())
                        .add(one));
        return found;
    }
}

package io.bandpass.compare;

import io.bandpass.compare.ComparisonTable.Measured;
import io.bandpass.compare.SeedCurves.Curve;
import io.bandpass.report.Chart;
import io.bandpass.report.FourierPicture;
import io.bandpass.robust.Condition;
import io.bandpass.robust.Measurement;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Robustness of the classifiers of a comparison beyond its scores: curves and tables over the radius of bands, errors
 * under each corruption, and Fourier heat maps. Each is of one encoder, as encoders may differ in their image size.
 */
final class RobustnessTables {
    private static final int DECIMALS = 3;

    private final String encoder;
    private final List<Measured> cells;
    private final List<String> tasks;

    private RobustnessTables(String encoder, List<Measured> cells, List<String> tasks) {
        this.encoder = encoder;
        this.cells = cells;
        this.tasks = tasks;
    }

    private static List<RobustnessTables> ofEncoders(ComparisonTable table) {
        List<Measured> all = table.measured();
        return all.stream()
                .map(Measured::encoder)
                .distinct()
                .map(encoder -> new RobustnessTables(
                        encoder,
                        all.stream()
                                .filter(cell -> cell.encoder().equals(encoder))
                                .toList(),
                        table.tasks()))
                .toList();
    }

    /** Returns the accuracy over the radius of each kind of band that was measured. */
    static List<Chart> charts(ComparisonTable table) {
        List<Chart> charts = new ArrayList<>();
        for (RobustnessTables one : ofEncoders(table)) {
            for (Band band : Band.values()) {
                List<Curve> curves =
                        one.cells.stream().map(cell -> curve(cell, band)).toList();
                Chart.of(
                                band.title + ", " + one.encoder,
                                "Top-1 in per cent. " + band.explanation + SeedCurves.EXPLANATION,
                                "radius in bins",
                                false,
                                SeedCurves.lines(curves, one.tasks))
                        .ifPresent(charts::add);
            }
        }
        return charts;
    }

    private static Curve curve(Measured cell, Band band) {
        List<Measurement> points = points(cell, band);
        return new Curve(
                cell.task(),
                points.stream()
                        .mapToDouble(point -> band.radius(point.condition()).orElseThrow())
                        .toArray(),
                points.stream().mapToDouble(point -> 100 * point.accuracy()).toArray());
    }

    private static List<Measurement> points(Measured cell, Band band) {
        return cell.measurements().stream()
                .filter(one -> band.radius(one.condition()).isPresent())
                .toList();
    }

    /** Returns the values of the charts with their spread. */
    static List<SpreadTable> bands(ComparisonTable table) {
        List<SpreadTable> tables = new ArrayList<>();
        for (RobustnessTables one : ofEncoders(table)) {
            for (Band band : Band.values()) {
                one.add(tables, band.title + ", " + one.encoder + ": top-1 (%)", "", "radius in bins", cell -> {
                    Map<String, Double> values = new LinkedHashMap<>();
                    points(cell, band)
                            .forEach(point -> values.put(
                                    shown(band.radius(point.condition()).orElseThrow()), 100 * point.accuracy()));
                    return values;
                });
            }
        }
        return tables;
    }

    private static String shown(double radius) {
        return BigDecimal.valueOf(radius)
                .setScale(DECIMALS, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** Returns the error under each corruption, as mean over the severities. */
    static List<SpreadTable> corruptions(ComparisonTable table) {
        List<SpreadTable> tables = new ArrayList<>();
        for (RobustnessTables one : ofEncoders(table)) {
            one.add(
                    tables,
                    "Errors under corruption, " + one.encoder + ": mean over five severities (%)",
                    "The corruptions of ImageNet-C, in memory, with the parameters for the size of the images."
                            + " Mean ± sample standard deviation over seeds.",
                    "corruption",
                    RobustnessTables::errors);
        }
        return tables;
    }

    private static Map<String, Double> errors(Measured cell) {
        Map<String, List<Double>> errors = new LinkedHashMap<>();
        for (Measurement one : cell.measurements()) {
            if (one.condition() instanceof Condition.Corruption corruption) {
                errors.computeIfAbsent(corruption.name(), name -> new ArrayList<>())
                        .add(100 * one.error());
            }
        }
        Map<String, Double> means = new LinkedHashMap<>();
        errors.forEach((name, values) -> means.put(name, Spread.of(values).mean()));
        return means;
    }

    /** Adds a table, unless there are no values. */
    private void add(
            List<SpreadTable> tables,
            String title,
            String explanation,
            String head,
            Function<Measured, Map<String, Double>> values) {
        Map<String, List<Map<String, Double>>> byTask = new LinkedHashMap<>();
        for (String task : tasks) {
            List<Map<String, Double>> seeds = cells.stream()
                    .filter(cell -> cell.task().equals(task))
                    .map(values)
                    .filter(seed -> !seed.isEmpty())
                    .toList();
            if (!seeds.isEmpty()) {
                byTask.put(task, seeds);
            }
        }
        if (!byTask.isEmpty()) {
            tables.add(SpreadTable.of(title, explanation, head, byTask));
        }
    }

    /** Returns a heat map of each encoder and task that has one, over the images of all its seeds. */
    static List<FourierPicture> heatMaps(ComparisonTable table) {
        Map<String, List<Measurement>> maps = new LinkedHashMap<>();
        for (RobustnessTables one : ofEncoders(table)) {
            for (String task : one.tasks) {
                List<Measurement> together = one.frequencies(task);
                if (!together.isEmpty()) {
                    maps.put(task + ", " + one.encoder, together);
                }
            }
        }
        return FourierPicture.of(maps);
    }

    private List<Measurement> frequencies(String task) {
        Map<Condition, List<Measurement>> seeds = new LinkedHashMap<>();
        cells.stream()
                .filter(cell -> cell.task().equals(task))
                .flatMap(cell -> cell.measurements().stream())
                .filter(one -> one.condition() instanceof Condition.Frequency)
                .forEach(one -> seeds.computeIfAbsent(one.condition(), key -> new ArrayList<>())
                        .add(one));
        return seeds.entrySet().stream()
                .map(entry -> Measurement.ofCounts(
                        task,
                        entry.getKey(),
                        entry.getValue().stream().mapToLong(Measurement::images).sum(),
                        entry.getValue().stream()
                                .mapToLong(Measurement::correct)
                                .sum()))
                .toList();
    }
}

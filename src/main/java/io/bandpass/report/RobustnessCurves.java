package io.bandpass.report;

import io.bandpass.report.SvgChart.Line;
import io.bandpass.robust.Condition;
import io.bandpass.robust.Measurement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Accuracy over the radius of attacks that were made at two or more. */
final class RobustnessCurves {
    private static final double LEVELS = 255;

    /** One line: a model under an attack, all of whose settings but the radius are the same. */
    private record Curve(String model, String attack, OptionalInt steps, boolean randomStart) {}

    private final List<Measurement> measurements;
    private final List<String> styles;

    /**
     * Takes measurements.
     *
     * @param styles CSS classes of lines
     */
    RobustnessCurves(List<Measurement> measurements, List<String> styles) {
        this.measurements = measurements;
        this.styles = styles;
    }

    /** Returns a chart for each norm, or one for each model where there are more lines than styles. */
    List<Chart> charts() {
        List<Chart> charts = new ArrayList<>();
        for (String norm : List.of("linf", "l2")) {
            Map<Curve, SortedMap<Double, Double>> curves = curves(norm);
            if (curves.size() <= styles.size()) {
                chart(norm, "", curves).ifPresent(charts::add);
                continue;
            }
            curves.keySet().stream().map(Curve::model).distinct().forEach(model -> {
                Map<Curve, SortedMap<Double, Double>> own = new LinkedHashMap<>(curves);
                own.keySet().removeIf(curve -> !curve.model().equals(model));
                chart(norm, ", " + model, own).ifPresent(charts::add);
            });
        }
        return charts;
    }

    /** Accuracy by radius, from 0, of each attack at two or more radii above 0. */
    private Map<Curve, SortedMap<Double, Double>> curves(String norm) {
        Map<Curve, SortedMap<Double, Double>> curves = new LinkedHashMap<>();
        for (Measurement one : measurements) {
            if (one.condition() instanceof Condition.Attack attack
                    && attack.norm().equals(norm)
                    && attack.eps() > 0) {
                Curve curve = new Curve(one.model(), attack.name(), attack.steps(), attack.randomStart());
                curves.computeIfAbsent(curve, first -> new TreeMap<>()).put(attack.eps(), one.accuracy());
            }
        }
        curves.values().removeIf(points -> points.size() < 2);
        Map<String, Double> clean = measurements.stream()
                .filter(one -> one.condition() instanceof Condition.Clean)
                .collect(Collectors.toMap(Measurement::model, Measurement::accuracy, (first, again) -> first));
        curves.forEach((curve, points) ->
                Optional.ofNullable(clean.get(curve.model())).ifPresent(accuracy -> points.put(0.0, accuracy)));
        return curves;
    }

    private Optional<Chart> chart(String norm, String ofModel, Map<Curve, SortedMap<Double, Double>> curves) {
        boolean several = curves.keySet().stream().map(Curve::model).distinct().count() > 1;
        boolean levels = norm.equals("linf");
        List<Line> lines = new ArrayList<>();
        curves.forEach((curve, points) -> lines.add(new Line(
                several ? curve.model() + ", " + curve.attack() : curve.attack(),
                styles.get(lines.size() % styles.size()),
                points.keySet().stream()
                        .mapToDouble(eps -> levels ? LEVELS * eps : eps)
                        .toArray(),
                points.values().stream().mapToDouble(accuracy -> 100 * accuracy).toArray())));
        return Chart.of(
                "Accuracy over eps" + (levels ? "" : " in L2") + ofModel,
                "Accuracy under attack in per cent; at 0 that on the images as they are.",
                levels ? "eps in 1/255" : "eps",
                false,
                lines);
    }
}

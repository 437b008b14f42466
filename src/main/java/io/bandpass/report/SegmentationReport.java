package io.bandpass.report;

import io.bandpass.config.LabelClasses;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.SegmentationResult;
import io.bandpass.metrics.SegmentationResult.ClassResult;
import io.bandpass.metrics.StepMetrics;
import io.bandpass.report.SvgChart.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The report of a segmentation run.
 *
 * @param introduction what was trained, on what, and what it began with, in sentences
 * @param classes of the data
 * @param step after which the scores were measured
 * @param scores of the held-out images, class by class
 * @param baselines mIoU of trivial predictions on the same images, by what they are
 * @param pictures PNG files by what they show
 */
public record SegmentationReport(
        RunReport run,
        String introduction,
        LabelClasses classes,
        long step,
        SegmentationResult scores,
        Map<String, Double> baselines,
        Map<String, Path> pictures) {
    /** So many classes are shown at once; the others are folded. */
    private static final int OPEN = 30;

    /**
     * A class.
     *
     * @param colour for CSS
     * @param iou in per cent; empty for 0/0
     * @param share of the labelled pixels, in words
     */
    public record ClassRow(
            String name, String colour, OptionalDouble iou, String iouText, String accuracyText, String share) {}

    /** A pair of classes, and how many pixels of the first, and which share of them, were taken for the second. */
    public record ConfusionRow(String name, String predicted, String pixels, String share) {}

    /**
     * Writes the page.
     *
     * @throws IOException if a picture cannot be read or the page cannot be written
     */
    public void write(Path html) throws IOException {
        Page.of(run, figures(), charts())
                .write(
                        html,
                        "segmentation.jte",
                        Map.of(
                                "introduction",
                                introduction,
                                "step",
                                step,
                                "open",
                                rows().subList(0, Math.min(OPEN, classes.size())),
                                "folded",
                                rows().subList(Math.min(OPEN, classes.size()), classes.size()),
                                "confusions",
                                confusions(),
                                "pictures",
                                embedded()));
    }

    private Map<String, String> figures() {
        RunSummary summary = run.summary();
        Map<String, String> figures = new LinkedHashMap<>();
        Page.percent(figures, "mIoU of held-out images", summary.score(Scores.MEAN_IOU));
        summary.score(Scores.bestStep(Scores.MEAN_IOU))
                .ifPresent(step -> Page.percent(
                        figures,
                        String.format(Locale.ROOT, "best mIoU, after step %.0f", step),
                        summary.score(Scores.best(Scores.MEAN_IOU))));
        baselines.forEach((what, miou) -> Page.percent(figures, "mIoU of " + what, OptionalDouble.of(miou)));
        Page.percent(figures, "mean accuracy of classes", summary.score(Scores.MEAN_ACCURACY));
        Page.percent(figures, "pixel accuracy", summary.score(Scores.PIXEL_ACCURACY));
        return figures;
    }

    private List<Chart> charts() {
        List<StepMetrics> steps = run.metrics().steps();
        List<Chart> charts = new ArrayList<>();
        Chart.loss(steps).ifPresent(charts::add);
        scoreChart().ifPresent(charts::add);
        Chart.learningRate(steps).ifPresent(charts::add);
        Chart.gradientNorm(steps).ifPresent(charts::add);
        return charts;
    }

    private Optional<Chart> scoreChart() {
        return Chart.of(
                "Scores",
                "Per cent, of the held-out images.",
                "epoch",
                false,
                List.of(
                        line("mIoU", "a", Scores.MEAN_IOU),
                        line("mean accuracy", "b", Scores.MEAN_ACCURACY),
                        line("pixel accuracy", "c", Scores.PIXEL_ACCURACY)));
    }

    private Line line(String label, String style, String score) {
        return Chart.percent(run.metrics().scores(), label, style, score);
    }

    private List<ClassRow> rows() {
        long labelled = scores.classes().stream().mapToLong(ClassResult::pixels).sum();
        List<ClassRow> rows = new ArrayList<>();
        for (int id = 0; id < classes.size(); id++) {
            ClassResult row = scores.classes().get(id);
            rows.add(new ClassRow(
                    row.name(),
                    String.format(Locale.ROOT, "#%06x", classes.colours().get(id)),
                    row.iou().isEmpty()
                            ? OptionalDouble.empty()
                            : OptionalDouble.of(100 * row.iou().getAsDouble()),
                    text(row.iou()),
                    text(row.accuracy()),
                    labelled == 0 ? "" : Page.percent(row.pixels() / (double) labelled)));
        }
        return rows;
    }

    private List<ConfusionRow> confusions() {
        return scores.confusions().stream()
                .map(pair -> new ConfusionRow(
                        pair.name(),
                        pair.predicted(),
                        String.format(Locale.ROOT, "%,d", pair.pixels()),
                        Page.percent(pair.share())))
                .toList();
    }

    private static String text(OptionalDouble fraction) {
        return fraction.isEmpty() ? "none" : Page.percent(fraction.getAsDouble());
    }

    private Map<String, String> embedded() throws IOException {
        Map<String, String> embedded = new LinkedHashMap<>();
        for (Map.Entry<String, Path> picture : pictures.entrySet()) {
            byte[] png = Files.readAllBytes(picture.getValue());
            embedded.put(
                    picture.getKey(),
                    "data:image/png;base64," + Base64.getEncoder().encodeToString(png));
        }
        return embedded;
    }
}

package io.bandpass.compare;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.compare.ComparisonTable.Cell;
import io.bandpass.compare.ComparisonTable.Column;
import io.bandpass.compare.ComparisonTable.Course;
import io.bandpass.compare.ComparisonTable.Measured;
import io.bandpass.compare.ComparisonTable.Row;
import io.bandpass.compare.ComparisonTable.Use;
import io.bandpass.config.Recipes;
import io.bandpass.format.AtomicFiles;
import io.bandpass.machine.Environment;
import io.bandpass.metrics.MetricsFile;
import io.bandpass.metrics.Scores;
import io.bandpass.robustness.Robustness;
import io.bandpass.text.Counts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Builds and writes the tables of a comparison from the results of its cells so far. */
final class ComparisonTables {
    private final ComparisonConfig config;
    private final ComparisonPlan plan;
    private final Path out;
    private final List<Course> courses = new ArrayList<>();
    private final List<Measured> measured = new ArrayList<>();
    private final Set<String> pretrained = new TreeSet<>();
    private final Set<String> finetuned = new TreeSet<>();
    private final Set<String> segmented = new TreeSet<>();

    private ComparisonTables(ComparisonConfig config, ComparisonPlan plan, Path out) {
        this.config = config;
        this.plan = plan;
        this.out = out;
    }

    /**
     * Builds the table of the results so far.
     *
     * @param out folder of the comparison
     */
    static ComparisonTable read(ComparisonConfig config, ComparisonPlan plan, Path out) throws IOException {
        return new ComparisonTables(config, plan, out).table();
    }

    /**
     * Writes results.md, results.csv and results.html, with robustness also robustness.json and robustness.csv, each
     * completely or not at all.
     *
     * @param out folder of the comparison
     */
    static void write(ComparisonConfig config, ComparisonPlan plan, Path out) throws IOException {
        ComparisonTable table = read(config, plan, out);
        AtomicFiles.writeText(out.resolve("results.md"), ComparisonFiles.markdown(table));
        AtomicFiles.writeText(out.resolve("results.csv"), ComparisonFiles.csv(table));
        AtomicFiles.writeText(out.resolve("results.html"), ComparisonFiles.html(table));
        if (config.robustness().isWanted()) {
            List<RobustnessSpread> spreads = RobustnessSpread.of(table.measured());
            AtomicFiles.writeText(out.resolve("robustness.json"), RobustnessSpread.json(spreads));
            AtomicFiles.writeText(out.resolve("robustness.csv"), RobustnessSpread.csv(spreads));
        }
    }

    private ComparisonTable table() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String encoder : config.encoders()) {
            for (String task : config.tasks()) {
                rows.add(row(Recipes.shortName(encoder), Recipes.shortName(task)));
            }
        }
        List<String> notices = new ArrayList<>(plan.notices());
        addDifferences(notices, "pre-trained", pretrained);
        addDifferences(notices, "fine-tuned", finetuned);
        addDifferences(notices, "trained to segment", segmented);
        return new ComparisonTable(
                "Comparison of pre-training tasks", facts(), columns(), rows, courses, measured, notices);
    }

    private static void addDifferences(List<String> notices, String done, Set<String> computed) {
        if (computed.size() > 1) {
            notices.add("not all cells were " + done + " in the same way, so their figures differ for that too: "
                    + String.join("; ", computed));
        }
    }

    private Row row(String encoder, String task) throws IOException {
        String folder = ComparisonPlan.rowFolder(encoder, task);
        List<String> notes = new ArrayList<>();
        plan.impossible().stream()
                .filter(combination -> combination.encoder().equals(encoder)
                        && combination.task().equals(task))
                .forEach(combination -> notes.add("not possible: " + combination.reason()));
        List<Cell> cells = new ArrayList<>();
        String pretraining = "";
        String finetuning = "";
        int left = 0;
        for (ComparisonPlan.Cell cell : plan.cells()) {
            if (cell.encoder().equals(encoder) && cell.task().equals(task)) {
                pretraining = cell.description();
                finetuning = cell.searches() ? settings(cell) : finetuning;
                Path files = out.resolve(cell.folder());
                CellResult result = CellResult.read(files);
                left += result.isSettled(files) ? 0 : 1;
                if (result.ended()
                        || !result.scores().isEmpty()
                        || !result.diverged().isEmpty()) {
                    cells.add(new Cell(cell.seed(), result.complete(), result.scores(), withoutScore(cell, result)));
                }
                result.diverged()
                        .forEach((stage, reason) -> notes.add("seed " + cell.seed() + ", " + stage + ": " + reason));
                addCourse(Use.FINETUNING, cell, CellRunner.ALL, result, CellResult.TOP1_ALL);
                addCourse(Use.SEGMENTATION, cell, CellRunner.SEGMENT_ALL, result, CellResult.MIOU_ALL);
                addMeasured(cell, result);
                remember(result);
            }
        }
        if (left > 0) {
            notes.add(left + " of " + Counts.of(config.seeds(), "seed") + Counts.choose(left, " is", " are")
                    + " not finished yet");
        }
        return new Row(encoder, task, folder, cells, String.join("; ", notes), pretraining, finetuning);
    }

    /** Describes what the row of a cell chose from the grid; empty if there is nothing yet. */
    private String settings(ComparisonPlan.Cell cell) throws IOException {
        List<String> chosen = new ArrayList<>();
        for (EncoderUse<?> use : cell.searched()) {
            cell.search(out, use)
                    .best()
                    .ifPresent(best -> chosen.add(use.stage() + ": " + String.join(", ", best.settings()) + " ("
                            + Scores.describe(Scores.TOP1, best.top1().orElseThrow()) + " on the validation part)"));
        }
        return String.join("; ", chosen);
    }

    private void addCourse(Use use, ComparisonPlan.Cell cell, String stage, CellResult result, String score)
            throws IOException {
        RunFolder run = new RunFolder(out.resolve(cell.folder()).resolve(stage));
        // The runs of a complete cell may have been removed.
        if (result.scores().containsKey(score) && Files.isRegularFile(run.metrics())) {
            courses.add(new Course(use, cell.encoder(), cell.task(), MetricsFile.read(run.metrics())));
        }
    }

    private void addMeasured(ComparisonPlan.Cell cell, CellResult result) throws IOException {
        Path folder = out.resolve(cell.folder()).resolve(RobustnessStage.NAME);
        // The folders of a complete cell may have been removed.
        if (result.scores().containsKey(RobustnessColumns.CLEAN) && Files.isDirectory(folder)) {
            measured.add(new Measured(cell.encoder(), cell.task(), Robustness.measurements(folder)));
        }
    }

    /** Returns the columns without a score because the stage that yields it, or one it depends on, has diverged. */
    private static Set<String> withoutScore(ComparisonPlan.Cell cell, CellResult result) {
        Set<String> columns = new TreeSet<>();
        Set<String> stages = result.diverged().keySet();
        if (stages.contains(CellResult.PROBE)) {
            columns.add(Scores.PROBE_TOP1);
        }
        if (stages.contains(CellRunner.PRETRAIN)) {
            columns.add(Scores.KNN_TOP1);
            cell.pretraining()
                    .filter(config -> config.evaluate().probe())
                    .ifPresent(config -> columns.add(Scores.PROBE_TOP1));
        }
        cell.uses().stream()
                .filter(use -> stages.contains(use.stage())
                        || stages.contains(CellRunner.PRETRAIN)
                        || stages.contains(cell.searchOf(use.stage())))
                .forEach(use -> columns.add(use.score()));
        if (Stream.of(CellRunner.PRETRAIN, CellRunner.ALL, cell.searchOf(CellRunner.ALL), RobustnessStage.NAME)
                .anyMatch(stages::contains)) {
            RobustnessColumns.of(cell.robustness()).forEach(column -> columns.add(column.name()));
        }
        columns.removeAll(result.scores().keySet());
        return columns;
    }

    private void remember(CellResult result) {
        // 0.1.0 wrote "1 compute threads".
        result.computed()
                .forEach((stage, conditions) ->
                        conditions(stage).add(conditions.replaceFirst("\\b1 compute threads$", "1 compute thread")));
    }

    private Set<String> conditions(String stage) {
        return switch (stage) {
            case CellRunner.PRETRAIN -> pretrained;
            case CellRunner.SEGMENT_FEW, CellRunner.SEGMENT_ALL -> segmented;
            default -> finetuned;
        };
    }

    private List<Column> columns() {
        String few =
                config.fewLabels().isPresent() ? Counts.of(config.fewLabels().getAsInt(), "label") : "few labels";
        List<Column> columns = new ArrayList<>(List.of(
                percent(
                        CellResult.TOP1_ALL,
                        "top-1, all labels (%)",
                        "Held-out images whose class the classifier puts first, after fine-tuning with all labels."),
                percent(
                        CellResult.TOP1_FEW,
                        "top-1, " + few + " per class (%)",
                        "The same after fine-tuning with few labels, the same ones for each task of a seed.")));
        columns.addAll(RobustnessColumns.of(config.robustness()));
        if (config.segment().isWanted()) {
            columns.addAll(segmentationColumns(config.segment().fewMasks()));
        }
        columns.addAll(List.of(
                percent(
                        Scores.PROBE_TOP1,
                        "linear probe top-1 (%)",
                        "Held-out images that a linear classifier gets right, trained on the features of the frozen encoder."),
                percent(
                        Scores.KNN_TOP1,
                        "kNN top-1 (%)",
                        "Held-out images whose class the nearest training images have, in the features of the frozen encoder."),
                new Column(
                        CellResult.IMAGES_PER_SECOND,
                        "images/s",
                        "Median rate of pre-training; what else the machine did counts.",
                        1,
                        0),
                new Column(
                        CellResult.RESIDENT_BYTES,
                        "memory (MB)",
                        "Most that the process held in pre-training, with what earlier cells had left in it.",
                        1.0 / (1 << 20),
                        0)));
        return columns;
    }

    private static List<Column> segmentationColumns(OptionalInt few) {
        List<Column> columns = new ArrayList<>();
        columns.add(
                percent(
                        CellResult.MIOU_ALL,
                        "mIoU, all masks (%)",
                        "Mean over classes of the intersection over union of the held-out images' pixels, after training with all masks."));
        few.ifPresent(images -> columns.add(percent(
                CellResult.MIOU_FEW,
                "mIoU, " + Counts.of(images, "mask") + " (%)",
                "The same after training with few masks, the same ones for each task of a seed.")));
        return columns;
    }

    private static Column percent(String name, String title, String explanation) {
        return new Column(name, title, explanation, 100, 2);
    }

    private Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("bandpass", Environment.version());
        facts.put("recipe", config.recipe());
        facts.put("data", String.join(", ", config.data()));
        facts.put("pre-training", Counts.of(config.budget(), "epoch"));
        if (config.finetunes()) {
            facts.put(
                    "fine-tuning",
                    named(config.finetuneRecipe(), "finetune-quick") + ", "
                            + length(CellRunner.ALL).orElseThrow()
                            + length(CellRunner.FEW)
                                    .map(few -> ", with few labels " + few)
                                    .orElse(""));
        }
        if (config.segment().isWanted()) {
            facts.put("images with masks", String.join(", ", config.segment().data()));
            facts.put(
                    "segmentation",
                    named(config.segment().recipe(), "segment-quick") + ", "
                            + length(CellRunner.SEGMENT_ALL).orElseThrow());
        }
        if (config.robustness().isWanted()) {
            facts.put("robustness", config.robustness().describe());
        }
        if (!config.finetuneGrid().isEmpty()) {
            facts.put(
                    "grid of fine-tuning",
                    String.join("; ", config.finetuneGrid()) + ", chosen for each encoder and task with seed "
                            + ComparisonPlan.SEARCH_SEED + " on a fraction " + FinetuningGrid.VALIDATION_FRACTION
                            + " of the training images");
        }
        if (!config.settings().isEmpty()) {
            facts.put("set for pre-training", String.join(", ", config.settings()));
        }
        if (!config.finetuneSettings().isEmpty()) {
            facts.put("set for fine-tuning", String.join(", ", config.finetuneSettings()));
        }
        if (!config.segment().settings().isEmpty()) {
            facts.put("set for segmentation", String.join(", ", config.segment().settings()));
        }
        Set<String> computed = Stream.of(pretrained, finetuned, segmented)
                .filter(conditions -> !conditions.isEmpty())
                .findFirst()
                .orElse(Set.of());
        facts.put("computed on", String.join("; ", computed));
        return facts;
    }

    /** Names a recipe, or those that are chosen by the encoder. */
    private static String named(String recipe, String quick) {
        return recipe.equals(ComparisonConfig.AUTO) ? quick + ", for transformers " + quick + "-vit" : recipe;
    }

    private Optional<String> length(String stage) {
        return plan.cells().get(0).use(stage).map(config -> config.train().length());
    }
}

package io.bandpass.cli;

import io.bandpass.BandpassException;
import io.bandpass.compare.Comparison;
import io.bandpass.config.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bandpass compare}. */
@Command(
        name = "compare",
        description =
                "Pre-trains and fine-tunes each task with each encoder and seed, with the same data and budget, and"
                        + " writes tables. Results already in the folder are reused.",
        footer = {
            "",
            "Examples:",
            "  bandpass compare --recipe quick-resnet --tasks scratch,mfm,denoise --seeds 3 --out compared/",
            "  bandpass compare --recipe quick-vit --tasks scratch,mfm,quick-mae --encoders quick-vit,quick-resnet \\",
            "    --budget 10 --data flowers/ --out compared/",
            "  bandpass compare --tasks scratch,mfm --segment streets/ --few-masks 50 --out compared/",
            "  bandpass compare --tasks scratch,mfm --robustness fgsm,pgd,corruptions,bands --out compared/"
        })
final class CompareCommand implements Callable<Integer> {
    private static final String AUTO = "auto";
    private static final Pattern SHARD = Pattern.compile("(\\d{1,9})/(\\d{1,9})");

    @Option(
            names = "--recipe",
            paramLabel = "NAME|FILE",
            description = "Base pre-training recipe, overridden per encoder and task. Default: quick.")
    private String recipe = "quick";

    @Option(
            names = "--tasks",
            paramLabel = "TASK,...",
            split = ",",
            hideParamSyntax = true,
            description = "scratch, sham, tasks of 'list tasks', or recipes whose task is taken. Default: scratch,mfm.")
    private List<String> tasks = new ArrayList<>();

    @Option(
            names = "--encoders",
            paramLabel = "RECIPE,...",
            split = ",",
            hideParamSyntax = true,
            description =
                    "Recipes whose encoder, mask radius and probability, and optimizer are taken. Default: --recipe.")
    private List<String> encoders = new ArrayList<>();

    @Option(names = "--seeds", paramLabel = "N", description = "How many seeds, from 0. Default: 3.")
    private int seeds = 3;

    @Option(
            names = "--budget",
            paramLabel = "EPOCHS",
            description = "Epochs of pre-training. Default: those of the recipe.")
    private @Nullable Integer budget;

    @Option(
            names = "--few-labels",
            paramLabel = "K",
            description = "Images of each class in a second fine-tuning, or none. Default: 20.")
    private String fewLabels = Integer.toString(Comparison.FEW_LABELS);

    @Option(
            names = "--finetune-recipe",
            paramLabel = "NAME|FILE",
            description = "Recipe of fine-tuning, or none to leave it out. Default: finetune-quick, for transformers"
                    + " finetune-quick-vit.")
    private @Nullable String finetuneRecipe;

    @Option(
            names = "--finetune-epochs",
            paramLabel = "N",
            description = "Epochs of fine-tuning with all labels. Default: those of its recipe.")
    private @Nullable Integer finetuneEpochs;

    @Option(
            names = "--few-epochs",
            paramLabel = "N",
            description = "Epochs of fine-tuning with few labels. Default: those of its recipe.")
    private @Nullable Integer fewEpochs;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set a key of every pre-training. May be repeated.")
    private List<String> settings = new ArrayList<>();

    @Option(
            names = "--finetune-set",
            paramLabel = "KEY=VALUE",
            description = "Set a key of every fine-tuning. May be repeated.")
    private List<String> finetuneSettings = new ArrayList<>();

    @Option(
            names = "--finetune-grid",
            paramLabel = "KEY=V,V",
            description =
                    "Values of a key of fine-tuning among which each encoder and task chooses, with seed 0, by the"
                            + " accuracy on a tenth of the training images. May be repeated: all combinations are tried.")
    private List<String> finetuneGrid = new ArrayList<>();

    @Option(
            names = {"--data", "--images"},
            paramLabel = "PATH",
            description = ImagesOption.LABELLED)
    private List<String> data = new ArrayList<>();

    @Mixin
    private SegmentStageOptions segmentation = new SegmentStageOptions();

    @Mixin
    private RobustnessStageOptions robustness = new RobustnessStageOptions();

    @Option(names = "--out", paramLabel = "DIR", description = "Folder of the comparison, new or to go on with.")
    private @Nullable Path out;

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            description =
                    "Only each N-th cell, from the I-th; other processes may run the other parts in the same folder.")
    private String shard = "1/1";

    @Option(
            names = "--jobs",
            paramLabel = "N|auto",
            description =
                    "Processes that run cells in parallel, each with its share of cores and memory. Default: auto, as"
                            + " many as fit.")
    private String jobs = AUTO;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--refuse-impossible",
            description =
                    "Fail where a task cannot be done with an encoder. Default: a dash and the reason in the table.")
    private boolean refuseImpossible;

    @Option(names = "--dry-run", description = "Print what would be done and stop.")
    private boolean dryRun;

    @Override
    public Integer call() throws IOException {
        Comparison comparison = Comparison.recipe(recipe)
                .seeds(seeds)
                .fewLabels(fewLabels())
                .refuseImpossible(refuseImpossible)
                .lines(Terminal::line);
        if (!tasks.isEmpty()) {
            comparison.tasks(tasks.toArray(String[]::new));
        }
        if (!encoders.isEmpty()) {
            comparison.encoders(encoders.toArray(String[]::new));
        }
        if (budget != null) {
            comparison.budget(budget);
        }
        if (finetuneRecipe != null) {
            comparison.finetuneRecipe(finetuneRecipe);
        }
        if (finetuneEpochs != null) {
            comparison.finetuneEpochs(finetuneEpochs);
        }
        if (fewEpochs != null) {
            comparison.fewEpochs(fewEpochs);
        }
        settings.forEach(comparison::set);
        finetuneSettings.forEach(comparison::finetuneSet);
        finetuneGrid.forEach(comparison::finetuneGrid);
        data.forEach(comparison::data);
        segmentation.addTo(comparison);
        robustness.addTo(comparison);
        Matcher part = SHARD.matcher(shard);
        if (!part.matches()) {
            throw new ConfigException("--shard is '" + shard + "', but must be a part and their number, such as 1/2");
        }
        comparison.shard(Integer.parseInt(part.group(1)), Integer.parseInt(part.group(2)));
        if (dryRun) {
            comparison.plan().forEach(Terminal::line);
            return 0;
        }
        return run(comparison);
    }

    private int run(Comparison comparison) throws IOException {
        if (out == null) {
            throw new ConfigException("a comparison needs a folder to write into: give one with --out");
        }
        comparison.out(out);
        if (JobProcesses.isJob()) {
            return comparison.stopWhen(new StopWithParent()).run() ? 0 : StopOnSignal.RESUMABLE;
        }
        StopOnSignal stop = new StopOnSignal();
        int count = jobs.equals(AUTO) ? fitting(comparison) : JobProcesses.parse(jobs, "auto or a number");
        int code;
        if (count == 1) {
            code = alone(comparison.stopWhen(stop), out);
        } else {
            List<String> arguments =
                    Objects.requireNonNull(spec).commandLine().getParseResult().originalArgs();
            code = new JobProcesses(count, arguments).run(stop);
        }
        if (code == 0 || code == StopOnSignal.RESUMABLE || code == JobProcesses.DIVERGED) {
            printTables(comparison, out);
        }
        if (code == StopOnSignal.RESUMABLE) {
            Terminal.line("interrupted; the same command goes on");
            return stop.getAsBoolean() ? stop.exitCode() : code;
        }
        return code;
    }

    private static int alone(Comparison comparison, Path out) throws IOException {
        try {
            return comparison.run() ? 0 : StopOnSignal.RESUMABLE;
        } catch (BandpassException e) {
            if (e.kind() == BandpassException.Kind.DIVERGED) {
                printTables(comparison, out);
            }
            throw e;
        }
    }

    private static void printTables(Comparison comparison, Path out) throws IOException {
        Terminal.line("");
        comparison.lines().forEach(Terminal::line);
        Terminal.line("table   " + out.resolve("results.md"));
        Terminal.line("        " + out.resolve("results.csv"));
        Terminal.line("report  " + out.resolve("results.html"));
    }

    private static int fitting(Comparison comparison) throws IOException {
        int count = comparison.fittingJobs();
        if (count > 1) {
            Terminal.line(
                    count + " cells at a time, each in a process with its share of the machine; --jobs 1 takes one");
        }
        return count;
    }

    private OptionalInt fewLabels() {
        if (fewLabels.equals("none")) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseInt(fewLabels));
        } catch (NumberFormatException e) {
            throw new ConfigException(
                    "--few-labels is '" + fewLabels + "', but must be none or a whole number above 0");
        }
    }
}

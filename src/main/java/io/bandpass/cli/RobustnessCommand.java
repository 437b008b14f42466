package io.bandpass.cli;

import io.bandpass.config.ConfigException;
import io.bandpass.config.PreprocessConfig;
import io.bandpass.config.RobustnessConfig;
import io.bandpass.distributed.Communicator;
import io.bandpass.machine.Environment;
import io.bandpass.robustness.Robustness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bandpass robustness}. */
@Command(
        name = "robustness",
        description =
                "Measures how classifiers do on changed images: under attack, under corruption, and by frequency. What is"
                        + " finished is kept in the folder, and not measured again by the same command.",
        footer = {
            "",
            "Examples:",
            "  bandpass robustness --run runs/tuned",
            "  bandpass robustness --weights a/ --weights b/ --data flowers/val --out robust/",
            "  bandpass robustness --run runs/tuned --attacks pgd,apgd-ce --eps 1/255,4/255 --corruptions none --bands none",
            "  bandpass robustness --run runs/tuned --corrupted-set CIFAR-10-C/",
            "  bandpass robustness --protocol rvt --weights W --imagenet-val val/ --imagenet-c C/ --imagenet-r R/ --out robust/"
        })
final class RobustnessCommand implements Callable<Integer> {
    private static final String NONE = "none";
    private static final String ALL = "all";
    private static final String RVT = "rvt";
    /** 224 of 256 pixels. */
    private static final double RVT_CROP = 0.875;

    private static final int DEFAULT_IMAGES = 500;
    private static final int DEFAULT_FOURIER_IMAGES = 100;

    @Option(names = "--run", paramLabel = "DIR", description = "Run folder with a classifier. May be repeated.")
    private List<Path> runs = new ArrayList<>();

    @Option(
            names = "--weights",
            paramLabel = "FILE|DIR",
            description = "Classifier, or a folder written by import or a run. May be repeated.")
    private List<Path> weights = new ArrayList<>();

    @Option(
            names = {"--data", "--imagenet-val"},
            paramLabel = "PATH",
            description =
                    ImagesOption.LABELLED + " Default: those of the first model's run, less those it was trained on.")
    private List<String> data = new ArrayList<>();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder for results, new or to go on with. Default: robustness in the folder of the run.")
    private @Nullable Path out;

    @Option(
            names = "--attacks",
            paramLabel = "NAME,...",
            split = ",",
            hideParamSyntax = true,
            description = "Attacks, or none. Default: fgsm,pgd.")
    private List<String> attacks = List.of("fgsm", "pgd");

    @Option(
            names = "--protocol",
            paramLabel = "NAME",
            description =
                    "rvt: the protocol of the paper's table: FGSM and PGD on all images, of which the middle 224 of"
                            + " 256 pixels are taken, and stored sets; nothing else unless asked for.")
    private @Nullable String protocol;

    @Mixin
    private AttackOptions attackOptions = new AttackOptions();

    @Option(
            names = "--corruptions",
            paramLabel = "NAME,...",
            split = ",",
            hideParamSyntax = true,
            description = "Corruptions in memory, all or none. Default: all; none beside a stored set.")
    private @Nullable List<String> corruptions;

    @Option(
            names = "--severities",
            paramLabel = "N,...",
            description = "Severities of corruptions, also of a stored set, such as 1,3,5 or 1-5. Default: 1-5.")
    private String severities = "1-5";

    @Option(
            names = "--frost",
            paramLabel = "DIR",
            description = "Pictures of frost. Default: frost is procedural, and reported apart.")
    private @Nullable String frost;

    @Option(names = "--fourier", description = "Measure the error along each frequency.")
    private boolean fourier;

    @Option(names = "--images", paramLabel = "N", description = "Images of the Fourier heat map. Default: 100.")
    private int fourierImages = DEFAULT_FOURIER_IMAGES;

    @Option(names = "--step", paramLabel = "N", description = "Only each N-th frequency of the heat map. Default: 1.")
    private int fourierStep = 1;

    @Option(
            names = "--bands",
            paramLabel = "FROM-TO",
            description = "Radii of frequency bands, such as 0-112, all or none. Default: all.")
    private @Nullable String bands;

    @Option(
            names = "--limit",
            paramLabel = "N|all",
            description = "So many images of each set, drawn by the seed, the same for each model. Default: 500.")
    private @Nullable String limit;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of all draws. Default: 0.")
    private long seed;

    @Option(names = "--batch-size", paramLabel = "N", description = "Images per pass. Default: 50.")
    private int batchSize = 50;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            description = "fp32, bf16 or auto, where there is no attack, whose gradients are float32. Default: fp32.")
    private String precision = "fp32";

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description =
                    "Processes that measure parts beside each other, each with its share of the cores; at most one for each"
                            + " core. Default: 1.")
    private String jobs = "1";

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private StoredSetOptions sets = new StoredSetOptions();

    @Option(
            names = "--save-images",
            paramLabel = "DIR",
            description =
                    "Save clean, attacked and corrupted images as PNG, as the models see them, rounded to 8 bits.")
    private @Nullable Path savedImages;

    @Option(
            names = "--save-tensors",
            paramLabel = "FILE",
            description =
                    "Save the same images as float32 (N, 3, H, W) with logits and labels, .safetensors. What is saved is"
                            + " measured again.")
    private @Nullable Path savedTensors;

    @Mixin
    private PreprocessOptions preprocess = new PreprocessOptions();

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    @Mixin
    private MaxBadOption maxBad = new MaxBadOption();

    @Override
    public Integer call() throws IOException {
        Robustness robustness = new Robustness(config());
        runs.forEach(run -> robustness.model(existing(run)));
        weights.forEach(robustness::model);
        data.forEach(robustness::data);
        sets.addTo(robustness);
        Path folder = folder();
        robustness.out(folder);
        if (JobProcesses.isJob()) {
            return share(robustness, JobProcesses.number(), Environment.jobs(), new StopWithParent());
        }
        Map<String, String> environment = System.getenv();
        return ProcessGroup.reporting(
                environment,
                () -> ProcessGroup.join(
                        environment, ProcessGroup.DEFAULT_TIMEOUT, group -> measure(robustness, folder, group)));
    }

    private int measure(Robustness robustness, Path folder, Communicator group) throws IOException {
        Optional.ofNullable(savedImages).ifPresent(robustness::saveImages);
        Optional.ofNullable(savedTensors).ifPresent(robustness::saveTensors);
        StopOnSignal stop = new StopOnSignal();
        int count = JobProcesses.parse(jobs, "a number");
        if (count > 1 && group.size() > 1) {
            throw new ConfigException("--jobs starts processes, but this is one of several already; leave it out");
        }
        boolean shared = count > 1 || group.size() > 1;
        if (shared && (savedImages != null || savedTensors != null)) {
            throw new ConfigException("--save-images and --save-tensors need one process; leave out --jobs");
        }
        if (shared) {
            int code = group.size() > 1
                    ? together(robustness, group, stop)
                    : robustness.locked(() -> new JobProcesses(count, arguments()).run(stop));
            if (code != 0) {
                return code == StopOnSignal.RESUMABLE ? interrupted(stop) : code;
            }
            if (!group.isFirst()) {
                return 0;
            }
        }
        Robustness.Result result;
        try (RobustnessProgress progress = shared ? RobustnessProgress.ofKept() : RobustnessProgress.alone()) {
            result = robustness.run(progress, stop);
        }
        Terminal.notices(result.notices());
        Terminal.unreadable(result.unreadable());
        RobustnessLines.of(result.summary()).forEach(Terminal::line);
        Terminal.line("results " + folder.resolve("results.md"));
        Terminal.line("        " + folder.resolve("results.json"));
        Terminal.line("report  " + folder.resolve("report.html"));
        if (savedImages != null) {
            Terminal.line("images  " + savedImages);
        }
        if (savedTensors != null && result.complete()) {
            Terminal.line("tensors " + savedTensors);
        }
        return result.complete() ? 0 : interrupted(stop);
    }

    private List<String> arguments() {
        return Objects.requireNonNull(spec).commandLine().getParseResult().originalArgs();
    }

    /** Measures the share of one of several processes. */
    private static int share(Robustness robustness, int job, int jobs, BooleanSupplier stop) throws IOException {
        robustness.share(job, jobs);
        try (RobustnessProgress progress = RobustnessProgress.ofJob(job)) {
            return robustness.run(progress, stop).complete() ? 0 : StopOnSignal.RESUMABLE;
        }
    }

    /** Measures the share of this process, and waits until all have measured theirs. */
    private static int together(Robustness robustness, Communicator group, StopOnSignal stop) throws IOException {
        Robustness.Work work = () -> {
            boolean complete = share(robustness, group.rank(), group.size(), stop) == 0;
            // Unlike a sum, texts are waited for as long as the others show signs of life.
            return group.gather(Boolean.toString(complete)).contains("false") ? StopOnSignal.RESUMABLE : 0;
        };
        int code = group.isFirst() ? robustness.locked(work) : work.run();
        robustness.share(0, 1);
        return code;
    }

    private static Path existing(Path run) {
        if (!Files.isDirectory(run)) {
            throw new ConfigException("--run is " + run + ", but there is no such run folder");
        }
        return run;
    }

    private static int interrupted(StopOnSignal stop) {
        Terminal.line("interrupted; the same command goes on");
        return stop.getAsBoolean() ? stop.exitCode() : StopOnSignal.RESUMABLE;
    }

    private Path folder() {
        if (out != null) {
            return out;
        }
        if (runs.size() == 1 && weights.isEmpty()) {
            return runs.get(0).resolve("robustness");
        }
        throw new ConfigException("where the results go is not said: give --out DIR");
    }

    private RobustnessConfig config() {
        if (protocol != null && !protocol.equals(RVT)) {
            throw new ConfigException("--protocol is '" + protocol + "', but the only one is " + RVT);
        }
        return new RobustnessConfig(
                attackOptions.of(listed(attacks)),
                new RobustnessConfig.Corruptions(
                        corruptions(), NumberRange.of("--severities", severities), Optional.ofNullable(frost)),
                new RobustnessConfig.Frequencies(fourier, fourierStep, fourierImages, bands()),
                new RobustnessConfig.Images(preprocess(), limit(), maxBad.orDefault()),
                new RobustnessConfig.Computation(precision, device.device(), device.threads(), batchSize),
                seed);
    }

    private List<String> corruptions() {
        if (corruptions == null) {
            return protocol != null || sets.hasCorruptions() ? List.of() : List.of(ALL);
        }
        return listed(corruptions);
    }

    private String bands() {
        if (bands == null) {
            return protocol != null ? NONE : ALL;
        }
        return bands;
    }

    private Optional<PreprocessConfig> preprocess() {
        Optional<PreprocessConfig> given = preprocess.given();
        return given.isEmpty() && protocol != null ? Optional.of(PreprocessConfig.crop(RVT_CROP)) : given;
    }

    private static List<String> listed(List<String> names) {
        return names.equals(List.of(NONE)) ? List.of() : names;
    }

    private OptionalInt limit() {
        if (limit == null) {
            return protocol != null ? OptionalInt.empty() : OptionalInt.of(DEFAULT_IMAGES);
        }
        if (limit.equals(ALL)) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseInt(limit));
        } catch (NumberFormatException e) {
            throw new ConfigException("--limit is '" + limit + "', but must be all or a whole number above 0");
        }
    }
}

package io.bandpass.cli;

import io.bandpass.config.RobustnessConfig;
import io.bandpass.robustness.CorruptedCopy;
import io.bandpass.text.Counts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass data corrupt}. */
@Command(
        name = "corrupt",
        description =
                "Writes corrupted copies of labelled images in the layout of ImageNet-C, NAME/SEVERITY/CLASS/FILE,"
                        + " for robustness --corrupted-set. The same command goes on with an unfinished copy.",
        footer = {"", "Example: bandpass data corrupt --data flowers/val --name fog,snow --severity 3 --out flowers-c/"
        })
final class DataCorruptCommand implements Callable<Integer> {
    private static final int DEFAULT_SIDE = 224;

    @Option(
            names = {"--data", "--images"},
            required = true,
            arity = "1..*",
            paramLabel = "PATH",
            description = ImagesOption.LABELLED)
    private List<String> data = List.of();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder for the copies.")
    private Path out = Path.of("");

    @Option(
            names = "--name",
            split = ",",
            hideParamSyntax = true,
            paramLabel = "NAME,...",
            description = "Corruptions, or all. Default: all.")
    private List<String> names = List.of("all");

    @Option(names = "--severity", paramLabel = "N,...", description = "Severities, such as 3 or 1-5. Default: 1-5.")
    private String severities = "1-5";

    @Option(
            names = "--side",
            paramLabel = "N",
            description = "Height and width in pixels: 224 as ImageNet-C, 64 as Tiny-ImageNet-C, 32 as CIFAR-10-C."
                    + " Default: 224.")
    private int side = DEFAULT_SIDE;

    @Option(
            names = "--frost",
            paramLabel = "DIR",
            description = "Pictures of frost. Default: frost is procedural, and named frost*.")
    private @Nullable String frost;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of what is random. Default: 0.")
    private long seed;

    @Mixin
    private MaxBadOption maxBad = new MaxBadOption();

    @Override
    public Integer call() throws IOException {
        CorruptedCopy.Settings settings = new CorruptedCopy.Settings(
                new RobustnessConfig.Corruptions(
                        names, NumberRange.of("--severity", severities), Optional.ofNullable(frost)),
                side,
                seed,
                maxBad.orDefault());
        StopOnSignal stop = new StopOnSignal();
        CorruptedCopy.Result result;
        try (CountBar bar = new CountBar("file")) {
            result = CorruptedCopy.write(settings, data, out, bar::reached, stop);
        }
        Terminal.notices(result.notices());
        Terminal.unreadable(result.unreadable());
        if (!result.complete()) {
            Terminal.line("interrupted; the same command goes on");
            return stop.exitCode();
        }
        Terminal.line(Counts.of(result.images(), "image") + " of each corruption and severity: " + out);
        Terminal.line("next: bandpass robustness --run RUN --corrupted-set " + out);
        return 0;
    }
}

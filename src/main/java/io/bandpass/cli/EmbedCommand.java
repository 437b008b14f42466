package io.bandpass.cli;

import io.bandpass.PretrainedEncoder;
import io.bandpass.config.EmbedConfig;
import io.bandpass.config.PreprocessConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass embed}. */
@Command(
        name = "embed",
        description = "Writes the features that a trained encoder makes of images: a row for each.",
        footer = {
            "",
            "Examples:",
            "  bandpass embed --run runs/a --data photos/ --out features.npy",
            "  bandpass embed --weights encoder.safetensors --data photos/ --out tokens.safetensors --pool tokens"
        })
final class EmbedCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private WeightsChoice weights = new WeightsChoice();

    @Option(
            names = "--data",
            required = true,
            paramLabel = "PATH",
            description = "Folder, list or CSV file, glob, IDX or CIFAR file of images. May be repeated.")
    private List<String> data = List.of();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "File for the features; ends in .npy, .safetensors or .csv.")
    private Path out = Path.of("");

    @Option(
            names = "--pool",
            paramLabel = "NAME",
            defaultValue = "mean",
            description = "mean (over the patches), cls (class token) or tokens (each patch). Default: mean.")
    private String pool = "mean";

    @Mixin
    private PreprocessOptions preprocess = new PreprocessOptions();

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            defaultValue = "fp32",
            description =
                    "fp32, bf16 or auto. Default: fp32, whose numbers do not depend on the processor's bf16 units.")
    private String precision = "fp32";

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "32",
            description = "Images that are encoded at once. Default: 32.")
    private int batchSize;

    @Option(names = "--limit", paramLabel = "N", description = "Take only the first N images.")
    private @Nullable Integer limit;

    @Option(
            names = "--max-bad",
            paramLabel = "X",
            defaultValue = "0.01",
            description = "Fraction of all files that may be unreadable. Default: 0.01.")
    private double maxBad;

    @Option(names = "--device", paramLabel = "NAME", defaultValue = "auto", description = "auto, cpu or cuda.")
    private String device = "auto";

    @Mixin
    private ThreadsOption threads = new ThreadsOption();

    @Override
    public Integer call() {
        PreprocessConfig fit = preprocess.config();
        EmbedConfig options = new EmbedConfig(
                pool, fit, precision, batchSize, limit == null ? OptionalInt.empty() : OptionalInt.of(limit), maxBad);
        PretrainedEncoder.checkOut(out, options);
        try (PretrainedEncoder encoder = PretrainedEncoder.open(weights.encoder(), device, threads.threads())) {
            int size = encoder.imageSize();
            Terminal.line("encoder " + weights.encoder() + ": " + size + " x " + size + " pixels, " + fit.describe(size)
                    + "; pool " + pool);
            PretrainedEncoder.Embedded embedded;
            try (CountBar bar = new CountBar("image")) {
                embedded = encoder.embedToFile(data, out, options, bar::reached);
            }
            Terminal.unreadable(embedded.unreadable());
            String shape = embedded.shape().stream().map(String::valueOf).collect(Collectors.joining(" x "));
            Terminal.line(shape + " features in " + out + ", " + embedded.precision() + ", "
                    + embedded.unreadable().size() + " unreadable");
        }
        return 0;
    }
}

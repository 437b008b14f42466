package io.bandpass.cli;

import io.bandpass.config.EmbedConfig;
import io.bandpass.config.PreprocessConfig;
import io.bandpass.distributed.Communicator;
import io.bandpass.inference.EmbeddedFeatures;
import io.bandpass.inference.PretrainedEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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

    @Mixin
    private ImagesOption.Required images = new ImagesOption.Required();

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
    private InferenceOptions inference = new InferenceOptions();

    @Mixin
    private MaxBadOption maxBad = new MaxBadOption();

    @Mixin
    private InferenceProcesses processes = new InferenceProcesses();

    @Override
    public Integer call() throws IOException {
        return processes.run(this::embed);
    }

    private int embed(Communicator group) throws IOException {
        EmbedConfig asked = new EmbedConfig(
                pool,
                inference.preprocess().over(PreprocessConfig.DEFAULT),
                inference.precision(),
                inference.batchSize(),
                inference.limit(),
                maxBad.orDefault());
        if (group.isFirst()) {
            PretrainedEncoder.checkOut(out, asked);
        }
        try (PretrainedEncoder encoder =
                PretrainedEncoder.open(weights.encoder(), inference.device(), inference.threads())) {
            PreprocessConfig fit = inference.preprocess().over(encoder.preprocess());
            EmbedConfig options = asked.withPreprocess(fit);
            int size = encoder.imageSize();
            Terminal.line("encoder " + weights.encoder() + ": " + size + " x " + size + " pixels, " + fit.describe(size)
                    + "; pool " + pool);
            EmbeddedFeatures embedded;
            try (CountBar bar = new CountBar("image")) {
                embedded = encoder.processes(group).embedToFile(images.paths(), out, options, bar::reached);
            }
            Terminal.notices(embedded.notices());
            Terminal.unreadable(embedded.unreadable());
            String shape = embedded.shape().stream().map(String::valueOf).collect(Collectors.joining(" x "));
            Terminal.line(shape + " features in " + out + ", " + embedded.precision() + ", "
                    + embedded.unreadable().size() + " unreadable");
        }
        return 0;
    }
}

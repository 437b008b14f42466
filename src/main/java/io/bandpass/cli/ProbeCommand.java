package io.bandpass.cli;

import io.bandpass.config.PreprocessConfig;
import io.bandpass.config.ProbeConfig;
import io.bandpass.inference.LabelledImages;
import io.bandpass.inference.PretrainedEncoder;
import io.bandpass.inference.ProbeAccuracy;
import io.bandpass.text.Counts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass probe}. */
@Command(
        name = "probe",
        description = "Trains a linear classifier on the features of a frozen encoder, and says how well it does.",
        footer = {
            "",
            "Examples:",
            "  bandpass probe --run runs/a",
            "  bandpass probe --weights imported/ --data flowers/ --pool cls --save flowers.safetensors"
        })
final class ProbeCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private WeightsChoice weights = new WeightsChoice();

    @Mixin
    private LabelledOptions labelled = new LabelledOptions();

    @Option(
            names = "--optimizer",
            paramLabel = "NAME",
            defaultValue = "sgd",
            description = "sgd or lars. Default: sgd.")
    private String optimizer = "sgd";

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "90",
            description = "Epochs over the training images. Default: 90.")
    private int epochs;

    @Option(
            names = "--learning-rate",
            paramLabel = "X",
            description = "Rate per 256 images. Default: 0.3 for sgd, 10 for lars.")
    private @Nullable Double learningRate;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "256",
            description = "Images of a step. Default: 256.")
    private int batchSize;

    @Option(
            names = "--augment",
            description =
                    "New random crops and flips of the training images in each epoch: as published, but slower, as"
                            + " features are recomputed.")
    private boolean augment;

    @Option(
            names = "--pool",
            paramLabel = "NAME",
            defaultValue = "mean",
            description = "mean (over the patches) or cls (class token). Default: mean.")
    private String pool = "mean";

    @Option(
            names = "--save",
            paramLabel = "FILE",
            description = "Write encoder and probe as a classifier, a safetensors file.")
    private @Nullable Path save;

    @Mixin
    private PreprocessOptions preprocess = new PreprocessOptions();

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    @Override
    public Integer call() throws IOException {
        LabelledImages images = labelled.images();
        preprocess.check();
        double rate = learningRate == null ? ProbeConfig.defaultLearningRate(optimizer) : learningRate;
        ProbeConfig options = new ProbeConfig(optimizer, epochs, rate, batchSize, augment, labelled.seed());
        Terminal.line("encoding all images with " + weights.encoder());
        try (PretrainedEncoder encoder = PretrainedEncoder.open(weights.encoder(), device.device(), device.threads())) {
            PreprocessConfig fit = preprocess.over(encoder.preprocess());
            ProbeAccuracy accuracy;
            try (CountBar bar = new CountBar(augment ? "step or image" : "image")) {
                accuracy = encoder.probe(images, options, pool, fit, Optional.ofNullable(save), bar::reached);
            }
            Terminal.unreadable(accuracy.unreadable());
            Terminal.notices(accuracy.notices());
            Terminal.line(String.format(
                    Locale.ROOT,
                    "linear probe top-1 %.2f %%, top-5 %.2f %% of %s, trained on %s, %d classified",
                    100 * accuracy.top1(),
                    100 * accuracy.top5(),
                    Counts.of(accuracy.classes(), "class"),
                    Counts.of(accuracy.trainImages(), "image"),
                    accuracy.testImages()));
            if (save != null) {
                Terminal.line("classifier  " + save);
            }
        }
        return 0;
    }
}

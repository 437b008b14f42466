package io.bandpass.cli;

import io.bandpass.config.PreprocessConfig;
import io.bandpass.distributed.Communicator;
import io.bandpass.inference.KnnAccuracy;
import io.bandpass.inference.LabelledImages;
import io.bandpass.inference.PretrainedEncoder;
import io.bandpass.text.Counts;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bandpass knn}. */
@Command(
        name = "knn",
        description = "Classifies held-out images by the nearest training images, with a frozen encoder.",
        footer = {
            "",
            "Examples:",
            "  bandpass knn --run runs/a",
            "  bandpass knn --run runs/a --data flowers/ --labels-per-class 10",
            "  bandpass knn --weights runs/a/weights/encoder.safetensors --train images/train --test images/val"
        })
final class KnnCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private WeightsChoice weights = new WeightsChoice();

    @Mixin
    private LabelledOptions labelled = new LabelledOptions();

    @Mixin
    private PreprocessOptions preprocess = new PreprocessOptions();

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    @Mixin
    private InferenceProcesses processes = new InferenceProcesses();

    @Override
    public Integer call() throws IOException {
        return processes.run(this::knn);
    }

    private int knn(Communicator group) throws IOException {
        LabelledImages images = labelled.images();
        preprocess.check();
        Terminal.line("encoding all images with " + weights.encoder());
        try (PretrainedEncoder encoder = PretrainedEncoder.open(weights.encoder(), device.device(), device.threads())) {
            PreprocessConfig fit = preprocess.over(encoder.preprocess());
            KnnAccuracy accuracy;
            try (CountBar bar = new CountBar("image")) {
                accuracy = encoder.processes(group).knn(images, fit, bar::reached);
            }
            Terminal.unreadable(accuracy.unreadable());
            Terminal.notices(accuracy.notices());
            Terminal.line(String.format(
                    Locale.ROOT,
                    "kNN top-1 %.2f %% (raw pixels of %d x %d: %.2f %%), %s %s on %d",
                    100 * accuracy.encoder(),
                    accuracy.pixelsSize(),
                    accuracy.pixelsSize(),
                    100 * accuracy.pixels(),
                    Counts.of(accuracy.trainImages(), "image"),
                    Counts.choose(accuracy.trainImages(), "votes", "vote"),
                    accuracy.testImages()));
        }
        return 0;
    }
}

package io.bandpass.cli;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a trained model is run over images, by commands that write a result for each. */
final class InferenceOptions {
    private static final int DEFAULT_BATCH = 32;

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
            description =
                    "Images per forward pass. Default: 32; of windows of a segmentation model as in its validation.")
    private @Nullable Integer batchSize;

    @Option(names = "--limit", paramLabel = "N", description = "Take only the first N images.")
    private @Nullable Integer limit;

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    PreprocessOptions preprocess() {
        return preprocess;
    }

    String precision() {
        return precision;
    }

    int batchSize() {
        return batchSize == null ? DEFAULT_BATCH : batchSize;
    }

    /** Windows per forward pass; null for as in the model's validation. */
    @Nullable
    Integer windows() {
        return batchSize;
    }

    OptionalInt limit() {
        return limit == null ? OptionalInt.empty() : OptionalInt.of(limit);
    }

    String device() {
        return device.device();
    }

    OptionalInt threads() {
        return device.threads();
    }
}

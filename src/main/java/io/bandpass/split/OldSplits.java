package io.bandpass.split;

import io.bandpass.config.DataConfig;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.Datasets;
import io.bandpass.data.SplitRule;
import io.bandpass.data.UnreadableImages;
import io.bandpass.format.Safetensors;
import io.bandpass.split.TrainedImages.Divided;
import io.bandpass.weights.StoredClassifier;
import io.bandpass.weights.StoredModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What weights of Bandpass 0.1.0, which do not say how their images were divided, were trained on: it follows from their
 * configuration.
 */
public final class OldSplits {
    private OldSplits() {}

    /**
     * What a file was trained on. Only where it lies in its run folder are the images looked for, since a stranger's file
     * may name any path.
     *
     * @param source for messages
     */
    static TrainedImages of(Path file, String source) throws IOException {
        Map<String, String> metadata = Safetensors.readMetadata(file);
        if (!metadata.containsKey(StoredModel.CONFIG)) {
            return TrainedImages.NONE;
        }
        boolean labels = metadata.containsKey(StoredClassifier.FINETUNE);
        DataConfig data;
        SplitRule rule;
        if (labels) {
            FinetuningConfig config = StoredModel.fromMetadata(
                    FinetuningConfig.class, file, String.valueOf(metadata.get(StoredClassifier.FINETUNE)));
            data = config.data();
            rule = ofFinetuning(config);
        } else {
            PretrainingConfig config = StoredModel.config(file);
            data = config.data();
            rule = ofPretraining(config);
        }
        if (data.paths().isEmpty()) {
            return TrainedImages.NONE;
        }
        Optional<Divided> found = TrainedImages.runFolder(file).isPresent()
                ? divided(data.withoutIndexFolder(), rule, labels)
                : Optional.empty();
        String kind = rule.kind().name().toLowerCase(Locale.ROOT);
        return new TrainedImages(
                source,
                List.of(found.orElseGet(() -> new Divided(
                        new Split(kind, rule.seed(), rule.fraction(), 0, 0, labels, ""), Optional.empty()))));
    }

    /** How 0.1.0 drew the held-out part of a pre-training run. */
    public static SplitRule ofPretraining(PretrainingConfig config) {
        return SplitRule.plain(config.train().seed(), config.evaluate().heldOutFraction());
    }

    /** How 0.1.0 drew the held-out part of a fine-tuning run, and how it is drawn now. */
    public static SplitRule ofFinetuning(FinetuningConfig config) {
        return SplitRule.stratified(config.train().seed(), config.labels().heldOutFraction());
    }

    private static Optional<Divided> divided(DataConfig data, SplitRule rule, boolean labels) {
        try {
            return Optional.of(
                    Divided.of(rule, Datasets.open(data, data.paths(), rule, new UnreadableImages(1)), labels));
        } catch (DataException e) {
            // The images have gone.
            return Optional.empty();
        }
    }
}

package io.bandpass.split;

import io.bandpass.config.DataConfig;
import io.bandpass.config.EvaluateConfig;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.Datasets;
import io.bandpass.data.SplitRule;
import io.bandpass.data.UnreadableImages;
import io.bandpass.split.TrainedImages.Divided;
import io.bandpass.weights.WeightsFile;
import io.bandpass.weights.WeightsOrigin;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Splits of weights of Bandpass 0.1.0, which do not record how their images were split; derived from their
 * configuration.
 */
public final class OldSplits {
    private OldSplits() {}

    /**
     * Returns the images that a file was trained on. Opens them only if the file is in its run folder, as an untrusted
     * file could name any path.
     *
     * @param source source of the weights, for messages
     */
    static TrainedImages of(WeightsFile file, String source) throws IOException {
        Optional<FinetuningConfig> finetuning = file.finetuning();
        if (finetuning.isEmpty() && !file.hasPretraining()) {
            return TrainedImages.NONE;
        }
        WeightsOrigin origin = file.origin();
        DataConfig data = origin.data();
        boolean labels = finetuning.isPresent();
        SplitRule rule = labels ? ofFinetuning(finetuning.get()) : ofPretraining(origin.seed(), origin.evaluate());
        if (data.paths().isEmpty()) {
            return TrainedImages.NONE;
        }
        Optional<Divided> found =
                TrainedImages.runFolder(file.path()).isPresent() ? divided(data, rule, labels) : Optional.empty();
        String kind = rule.kind().name().toLowerCase(Locale.ROOT);
        return new TrainedImages(
                source,
                List.of(found.orElseGet(() -> new Divided(
                        new Split(kind, rule.seed(), rule.fraction(), 0, 0, labels, ""), Optional.empty()))));
    }

    /** Returns the rule by which 0.1.0 drew the held-out set of a pre-training run. */
    public static SplitRule ofPretraining(long seed, EvaluateConfig evaluate) {
        return SplitRule.plain(seed, evaluate.heldOutFraction());
    }

    /** Returns the rule by which the held-out set of a fine-tuning run is drawn, the same as in 0.1.0. */
    public static SplitRule ofFinetuning(FinetuningConfig config) {
        return SplitRule.stratified(config.train().seed(), config.labels().heldOutFraction());
    }

    private static Optional<Divided> divided(DataConfig data, SplitRule rule, boolean labels) {
        try {
            return Optional.of(
                    Divided.of(rule, Datasets.open(data, data.paths(), rule, new UnreadableImages(1)), labels));
        } catch (DataException e) {
            // The images no longer exist.
            return Optional.empty();
        }
    }
}

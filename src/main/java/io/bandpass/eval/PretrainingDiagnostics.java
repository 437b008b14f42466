package io.bandpass.eval;

import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.Preprocessing.Prepared;
import io.bandpass.data.UnreadableImages;
import io.bandpass.metrics.Scores;
import io.bandpass.nn.NamedTensor;
import io.bandpass.pretext.MaskedFrequencyModel;
import io.bandpass.pretext.PretextTask;
import io.bandpass.torch.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * What shows whether pre-training learns anything, without labels: the {@link FeatureSpread} of the frozen encoder, and of
 * Masked Frequency Modeling the loss of low-pass and of high-pass images, each beside that of predicting zero.
 */
public final class PretrainingDiagnostics {
    private static final int IMAGES = 512;
    private static final int BATCH = 32;

    private final FrozenEncoder frozen;
    private final PretextTask task;
    private final ImageSource images;
    private final UnreadableImages unreadable;

    /**
     * Creates the diagnostics of a task.
     *
     * @param frozen its encoder
     * @param images of which 512 at most are taken, spread evenly
     */
    public PretrainingDiagnostics(
            FrozenEncoder frozen, PretextTask task, ImageSource images, UnreadableImages unreadable) {
        this.frozen = frozen;
        this.task = task;
        this.images = images.atMost(IMAGES);
        this.unreadable = unreadable;
    }

    /** Returns the parameters and buffers of the model. */
    public List<NamedTensor> state() {
        return task.state();
    }

    /** Measures the current model. Returns values by the names of {@link Scores}; what is not finite is left out. */
    public Map<String, Double> measure() {
        Map<String, Double> values = new LinkedHashMap<>();
        Optional<FeatureSpread> spread = spread();
        spread.ifPresent(found -> {
            values.put(Scores.FEATURE_RANK, found.effectiveRank());
            values.put(Scores.FEATURE_RMS, found.rms());
        });
        if (task instanceof MaskedFrequencyModel model) {
            boolean wasTraining = model.isTraining();
            model.setTraining(false);
            try {
                addLosses(model, values);
            } finally {
                model.setTraining(wasTraining);
            }
        }
        return values;
    }

    private Optional<FeatureSpread> spread() {
        try (PointerScope scope = new PointerScope()) {
            Tensor features = Features.of(frozen, images, unreadable).values();
            return Tensors.rowsNotFinite(features) > 0 ? Optional.empty() : Optional.of(FeatureSpread.of(features));
        }
    }

    private void addLosses(MaskedFrequencyModel model, Map<String, Double> values) {
        List<HalfSum> halves = Stream.of(
                        new HalfSum(true, Scores.LOSS_LOW_PASS), new HalfSum(false, Scores.LOSS_HIGH_PASS))
                .filter(half -> model.draws(half.lowPass))
                .toList();
        Preprocessing preprocessing =
                new Preprocessing(frozen.encoder().config().imageSize());
        for (int from = 0; !halves.isEmpty() && from < images.size(); from += BATCH) {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                int[] indices = IntStream.range(from, Math.min(images.size(), from + BATCH))
                        .toArray();
                Prepared batch = preprocessing.batch(images, indices, unreadable);
                if (batch.indices().length > 0) {
                    halves.forEach(half -> half.add(model, batch));
                }
            }
        }
        halves.forEach(half -> half.put(values));
    }

    /** Losses of a half, summed over images. */
    private static final class HalfSum {
        private final boolean lowPass;
        private final String name;
        private double loss;
        private double ofZero;
        private int seen;

        HalfSum(boolean lowPass, String name) {
            this.lowPass = lowPass;
            this.name = name;
        }

        void add(MaskedFrequencyModel model, Prepared batch) {
            int count = batch.indices().length;
            MaskedFrequencyModel.HalfLoss half = model.halfLoss(batch.images(), lowPass);
            loss += count * half.loss();
            ofZero += count * half.ofZero();
            seen += count;
        }

        void put(Map<String, Double> values) {
            if (seen > 0 && Double.isFinite(loss)) {
                values.put(name, loss / seen);
                values.put(Scores.ofZero(name), ofZero / seen);
            }
        }
    }
}

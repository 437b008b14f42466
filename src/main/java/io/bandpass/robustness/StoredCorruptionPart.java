package io.bandpass.robustness;

import io.bandpass.data.UnreadableImages;
import io.bandpass.robust.Condition;
import io.bandpass.robust.Measurement;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Accuracy on the images of a stored set at one severity. They are opened when it comes to them, as there may be
 * millions in all.
 *
 * @param limit number of images, drawn by the seed; the same ones in each part
 * @param maxBad maximum fraction of unreadable images of a part
 * @param unreadable receives name and reason of each
 */
record StoredCorruptionPart(
        CorruptedSet set,
        Condition.Corruption corruption,
        int batchSize,
        OptionalInt limit,
        long seed,
        double maxBad,
        Map<String, String> unreadable)
        implements Part {
    @Override
    public String name() {
        return corruption.benchmark() + " " + corruption.name() + " " + corruption.severity();
    }

    @Override
    public String key() {
        return "stored";
    }

    @Override
    public int examples() {
        return 0;
    }

    @Override
    public double passes() {
        return 1;
    }

    @Override
    public EvaluatedImages images() {
        UnreadableImages bad = new UnreadableImages(maxBad);
        return EvaluatedImages.stored(set.images(corruption, bad), limit, seed, bad);
    }

    @Override
    public void check(EvaluatedClassifier model) {
        if (corruption.equals(set.corruptions().get(0))) {
            new ImageLoop(images(), batchSize).subset(model);
        }
    }

    @Override
    public List<Measurement> measure(EvaluatedClassifier model, Watch watch) throws IOException {
        EvaluatedImages images = images();
        Measurement measured = new ImageLoop(images, batchSize)
                .measure(model, corruption, true, watch, (bytes, labels, keys) -> model.unit(bytes));
        unreadable.putAll(images.unreadable().reasons());
        return List.of(measured);
    }
}

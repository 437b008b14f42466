package io.bandpass.robustness;

import io.bandpass.robust.Condition;
import io.bandpass.robust.Measurement;
import java.io.IOException;
import java.util.List;

/** Accuracy on the images of a stored set with one corruption at one severity. */
record StoredCorruptionPart(StoredImages stored, Condition.Corruption corruption, int batchSize) implements Part {
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
        return stored.of(corruption);
    }

    @Override
    public void check(EvaluatedClassifier model) {
        if (corruption.equals(stored.set().corruptions().get(0))) {
            new ImageLoop(images(), batchSize).subset(model);
        }
    }

    @Override
    public List<Measurement> measure(EvaluatedClassifier model, Watch watch) throws IOException {
        return List.of(new ImageLoop(images(), batchSize)
                .measure(model, corruption, true, watch, (bytes, labels, keys) -> model.unit(bytes)));
    }
}

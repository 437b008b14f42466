package io.bandpass.robustness;

import io.bandpass.robust.Condition;
import io.bandpass.robust.Measurement;
import java.io.IOException;
import java.util.List;

/** Accuracy on the images as they are. */
record CleanPart(ImageLoop loop) implements Part {
    @Override
    public String name() {
        return "clean";
    }

    @Override
    public String key() {
        return "";
    }

    @Override
    public EvaluatedImages images() {
        return loop.images();
    }

    @Override
    public int examples() {
        return Part.SHOWN_SIDE_BY_SIDE;
    }

    @Override
    public double passes() {
        return 1;
    }

    @Override
    public List<Measurement> measure(EvaluatedClassifier model, Watch watch) throws IOException {
        return List.of(
                loop.measure(model, new Condition.Clean(), false, watch, (bytes, labels, keys) -> model.unit(bytes)));
    }
}

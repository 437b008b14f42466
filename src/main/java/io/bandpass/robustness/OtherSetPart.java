package io.bandpass.robustness;

import io.bandpass.robust.ClassSubset;
import io.bandpass.robust.Condition;
import io.bandpass.robust.Measurement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Accuracy on other images, such as ImageNet-R, among the classes that they have; beside it that on the images as they
 * are of the same classes, among these too.
 *
 * @param set its name
 * @param loop over its images
 * @param usual over the images as they are; empty if there are none
 */
record OtherSetPart(String set, ImageLoop loop, Optional<ImageLoop> usual) implements Part {
    @Override
    public String name() {
        return set;
    }

    @Override
    public String key() {
        return "";
    }

    @Override
    public Optional<EvaluatedImages> comparedWith() {
        return usual.map(ImageLoop::images);
    }

    @Override
    public int examples() {
        return 0;
    }

    @Override
    public double passes() {
        return usual.isPresent() ? 2 : 1;
    }

    @Override
    public EvaluatedImages images() {
        return loop.images();
    }

    @Override
    public void check(EvaluatedClassifier model) {
        ClassSubset classes = loop.subset(model);
        usual.ifPresent(images -> images.subset(model).within(classes));
    }

    @Override
    public List<Measurement> measure(EvaluatedClassifier model, Watch watch) throws IOException {
        ClassSubset classes = loop.subset(model);
        List<Measurement> measured = new ArrayList<>();
        measured.add(loop.measure(
                model, classes, new Condition.OtherSet(set), true, watch, (bytes, labels, keys) -> model.unit(bytes)));
        if (usual.isPresent()) {
            ImageLoop images = usual.get();
            measured.add(images.measure(
                    model,
                    images.subset(model).within(classes),
                    new Condition.SameClasses(set),
                    false,
                    watch,
                    (bytes, labels, keys) -> model.unit(bytes)));
        }
        return measured;
    }
}

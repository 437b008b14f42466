package io.bandpass.robustness;

import io.bandpass.robust.BandCurve;
import io.bandpass.robust.BandCurves;
import io.bandpass.robust.ClassSubset;
import io.bandpass.robust.Condition;
import io.bandpass.robust.LogitsModel;
import io.bandpass.robust.Measurement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * Accuracy on images of which a band of frequencies is left, or disturbed.
 *
 * @param range radii to measure; empty for all, from 0 to half the side
 * @param seed of the noise
 */
record BandsPart(ImageLoop loop, BandRange range, long seed) implements Part {
    @Override
    public String name() {
        return "bands";
    }

    @Override
    public String key() {
        return range + " " + seed;
    }

    @Override
    public EvaluatedImages images() {
        return loop.images();
    }

    @Override
    public int examples() {
        return 0;
    }

    @Override
    public double passes() {
        return 3 * BandRange.STEPS;
    }

    @Override
    public void check(EvaluatedClassifier model) {
        range.check(model.imageSize());
        curves(model, model).close();
    }

    private BandCurves curves(EvaluatedClassifier model, LogitsModel restricted) {
        return new BandCurves(restricted, model.imageSize(), model.imageSize(), settings(model), model.device());
    }

    private BandCurves.Settings settings(EvaluatedClassifier model) {
        return range.over(BandCurves.Settings.of(model.imageSize(), model.imageSize(), seed));
    }

    @Override
    public List<Measurement> measure(EvaluatedClassifier model, Watch watch) throws IOException {
        ClassSubset subset = loop.subset(model);
        try (BandCurves curves = curves(model, ImageLoop.restricted(model::scored, subset))) {
            loop.each(
                    model,
                    subset,
                    watch,
                    (bytes, labels, keys, indices) -> curves.add(model.unit(bytes), keys, labels));
            List<Measurement> measured = new ArrayList<>();
            add(measured, model, curves.lowPass(), Condition.LowPass::new);
            add(measured, model, curves.highPass(), Condition.HighPass::new);
            add(
                    measured,
                    model,
                    curves.noise(),
                    radius -> new Condition.BandNoise(radius, settings(model).norm()));
            return measured;
        }
    }

    private static void add(
            List<Measurement> measured, EvaluatedClassifier model, BandCurve curve, DoubleFunction<Condition> as) {
        for (int i = 0; i < curve.radii().length; i++) {
            measured.add(
                    Measurement.ofCounts(model.name(), as.apply(curve.radii()[i]), curve.images(), curve.correct()[i]));
        }
    }
}

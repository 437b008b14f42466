package io.bandpass.robustness;

import io.bandpass.robust.ClassSubset;
import io.bandpass.robust.Condition;
import io.bandpass.robust.FourierBasis;
import io.bandpass.robust.FourierHeatMap;
import io.bandpass.robust.FourierNorm;
import io.bandpass.robust.FourierSensitivity;
import io.bandpass.robust.FourierSigns;
import io.bandpass.robust.Measurement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Error of a model along each frequency.
 *
 * @param step only multiples of this many bins from DC
 * @param seed of the signs
 */
record FourierPart(ImageLoop loop, int step, long seed) implements Part {
    private static final int USUAL_SIDE = 32;

    @Override
    public String name() {
        return "fourier";
    }

    @Override
    public String key() {
        return step + " " + seed + " " + loop.images().images().size();
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
        return USUAL_SIDE * USUAL_SIDE / (2.0 * step * step);
    }

    @Override
    public List<Measurement> measure(EvaluatedClassifier model, Watch watch) throws IOException {
        int side = model.imageSize();
        ClassSubset subset = loop.subset(model);
        FourierSensitivity sensitivity = new FourierSensitivity(
                ImageLoop.restricted(model::scored, subset),
                new FourierBasis(side, side),
                FourierNorm.of(side, side),
                FourierBasis.LOWEST,
                step,
                FourierSigns.random(seed));
        loop.each(
                model,
                subset,
                watch,
                (bytes, labels, keys, indices) ->
                        sensitivity.add(model.unit(bytes), keys, labels, done -> watch.checkStopped()));
        return measurements(model.name(), sensitivity.map());
    }

    private static List<Measurement> measurements(String model, FourierHeatMap map) {
        List<Measurement> measured = new ArrayList<>();
        for (int i = 0; i < map.rows().length; i++) {
            for (int j = 0; j < map.columns().length; j++) {
                measured.add(Measurement.ofCounts(
                        model,
                        new Condition.Frequency(map.rows()[i], map.columns()[j], map.norm()),
                        map.images(),
                        Math.round((1 - map.error()[i][j]) * map.images())));
            }
        }
        return measured;
    }
}

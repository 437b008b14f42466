package io.bandpass.robustness;

import io.bandpass.robust.Measurement;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Measures all parts of all models that are not measured yet. */
final class RobustnessRunner {
    /** Follows the work. */
    public interface Progress {
        /**
         * A part is done.
         *
         * @param part its name
         * @param kept whether it was measured before
         * @param share of all the work that is done, 0 to 1
         */
        void finished(String model, String part, boolean kept, double share);

        /**
         * Images of the current part are done.
         *
         * @param share of all the work that is done, 0 to 1
         */
        void reached(String model, String part, double share);
    }

    private final PartStore store;
    private final WorkShare share;
    private final Progress progress;
    private final BooleanSupplier stop;
    private double passesDone;
    private double passesAll;

    RobustnessRunner(PartStore store, WorkShare share, Progress progress, BooleanSupplier stop) {
        this.store = store;
        this.share = share;
        this.progress = progress;
        this.stop = stop;
    }

    /**
     * Measures models one after the other; of several processes each its share.
     *
     * @param precision of passes without gradients
     * @param measured receives what is measured, in the order of models and parts
     * @throws Watch.StoppedException if the user ends it; what is finished is kept
     */
    void run(List<EvaluatedClassifier> models, List<Part> parts, String precision, List<Measurement> measured)
            throws IOException {
        double[] passes = parts.stream().mapToDouble(Part::passes).toArray();
        boolean[] mine = share.of(models.size(), passes);
        passesAll = IntStream.range(0, mine.length)
                .filter(i -> mine[i])
                .mapToDouble(i -> passes[i % passes.length])
                .sum();
        for (int i = 0; i < models.size(); i++) {
            EvaluatedClassifier model = models.get(i);
            String digest = model.digest();
            for (int j = 0; j < parts.size(); j++) {
                if (!mine[i * parts.size() + j]) {
                    continue;
                }
                Part part = parts.get(j);
                String key = Digests.of(List.of(
                        part.images().digest(),
                        precision,
                        digest,
                        model.preprocess().toString(),
                        part.name(),
                        part.key()));
                measured.addAll(measured(model, part, key));
            }
        }
    }

    private List<Measurement> measured(EvaluatedClassifier model, Part part, String key) throws IOException {
        Optional<List<Measurement>> before = store.find(model.name(), part.name(), key);
        List<Measurement> measured;
        if (before.isPresent()) {
            measured = before.get();
        } else {
            measured = part.measure(model, watch(model, part));
            store.keep(model.name(), part.name(), key, measured);
        }
        passesDone += part.passes();
        progress.finished(model.name(), part.name(), before.isPresent(), passesDone / passesAll);
        return measured;
    }

    private Watch watch(EvaluatedClassifier model, Part part) {
        return new Watch() {
            @Override
            public void reached(long done, long of) {
                progress.reached(
                        model.name(), part.name(), (passesDone + part.passes() * done / (double) of) / passesAll);
            }

            @Override
            public void checkStopped() {
                if (stop.getAsBoolean()) {
                    throw new StoppedException();
                }
            }
        };
    }
}

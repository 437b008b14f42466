package io.bandpass.robustness;

import io.bandpass.report.ShownPart;
import io.bandpass.robust.Condition;
import io.bandpass.robust.Measurement;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

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
    private final List<ImageKeeper> keepers;
    private final Progress progress;
    private final BooleanSupplier stop;
    private final Map<EvaluatedImages, String> digests = new HashMap<>();
    private int finished;
    private double passesDone;
    private double passesAll;

    /**
     * Creates a runner.
     *
     * @param share of this process in the work
     * @param keepers save images; with any, parts that have images are measured again even if they were kept
     */
    RobustnessRunner(
            PartStore store, WorkShare share, List<ImageKeeper> keepers, Progress progress, BooleanSupplier stop) {
        this.store = store;
        this.share = share;
        this.keepers = keepers;
        this.progress = progress;
        this.stop = stop;
    }

    /**
     * Measures models one after the other; of several processes each its share.
     *
     * @param precision of passes without gradients
     * @param measured receives what is measured, in the order of models and parts
     * @param shown receives examples, in the same order
     * @throws Watch.StoppedException if the user ends it; what is finished is kept
     */
    void run(
            List<EvaluatedClassifier> models,
            List<Part> parts,
            String precision,
            List<Measurement> measured,
            List<ShownPart> shown)
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
                        digest(part.images()),
                        precision,
                        digest,
                        model.preprocess().toString(),
                        part.name(),
                        part.comparedWith().map(this::digest).orElse("") + part.key()));
                PartResult result = result(model, part, key);
                measured.addAll(result.measurements());
                if (!result.examples().isEmpty()) {
                    shown.add(new ShownPart(result.measurements().get(0), result.examples()));
                }
            }
        }
        for (ImageKeeper keeper : keepers) {
            keeper.finish();
        }
    }

    /** Number of parts that are measured, each of several models counted. */
    int finished() {
        return finished;
    }

    /** Those of a stored set come once for each model, and are not held. */
    private String digest(EvaluatedImages images) {
        return images.whole() ? images.digest() : digests.computeIfAbsent(images, EvaluatedImages::digest);
    }

    private PartResult result(EvaluatedClassifier model, Part part, String key) throws IOException {
        boolean saved = !keepers.isEmpty() && part.examples() > 0;
        Optional<PartResult> before = saved ? Optional.empty() : store.find(model.name(), part.name(), key);
        PartResult result;
        if (before.isPresent()) {
            result = before.get();
        } else {
            result = measure(model, part, saved ? keepers : List.of());
            store.keep(model.name(), part.name(), key, result);
        }
        passesDone += part.passes();
        finished++;
        progress.finished(model.name(), part.name(), before.isPresent(), passesDone / passesAll);
        return result;
    }

    private PartResult measure(EvaluatedClassifier model, Part part, List<ImageKeeper> saving) throws IOException {
        ExampleMaker examples = new ExampleMaker(part.examples());
        for (ImageKeeper keeper : saving) {
            keeper.begin(model.name(), part.name());
        }
        List<Measurement> measured = part.measure(model, new PartWatch(model, part, examples, saving));
        for (ImageKeeper keeper : saving) {
            keeper.end();
        }
        return new PartResult(measured, examples.examples());
    }

    private final class PartWatch implements Watch {
        private final EvaluatedClassifier model;
        private final Part part;
        private final ExampleMaker examples;
        private final List<ImageKeeper> saving;
        private @Nullable Condition condition;

        PartWatch(EvaluatedClassifier model, Part part, ExampleMaker examples, List<ImageKeeper> saving) {
            this.model = model;
            this.part = part;
            this.examples = examples;
            this.saving = saving;
        }

        @Override
        public void reached(long done, long of) {
            progress.reached(model.name(), part.name(), (passesDone + part.passes() * done / (double) of) / passesAll);
        }

        @Override
        public void checkStopped() {
            if (stop.getAsBoolean()) {
                throw new StoppedException();
            }
        }

        @Override
        public void saw(SeenBatch batch) throws IOException {
            condition = condition == null ? batch.condition() : condition;
            // What a part measures besides, to compare with, are not its own images.
            if (batch.condition().equals(condition)) {
                examples.saw(batch);
                for (ImageKeeper keeper : saving) {
                    keeper.saw(batch);
                }
            }
        }
    }
}

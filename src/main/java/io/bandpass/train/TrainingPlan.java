package io.bandpass.train;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.RunConfig;
import io.bandpass.config.ScheduleConfig;
import io.bandpass.config.TrainSection;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.data.BatchShare;
import io.bandpass.nn.MicroBatchSpans;
import io.bandpass.optim.LearningRateSchedule;
import io.bandpass.text.Counts;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Batch, steps and learning rate of a run, derived from its configuration and the number of images.
 *
 * @param batchSize images per optimizer step
 * @param microBatchSize images in the largest forward pass of a process; the others have at most one fewer
 * @param stepsPerEpoch optimizer steps per epoch; an incomplete last batch is dropped
 * @param totalSteps optimizer steps in the run
 * @param learningRate absolute
 * @param schedule of the learning rate
 */
public record TrainingPlan(
        int batchSize,
        int microBatchSize,
        long stepsPerEpoch,
        long totalSteps,
        double learningRate,
        LearningRateSchedule schedule) {
    /** The batch size to which base learning rates refer. */
    private static final double BASE_BATCH = 512;
    /** Fraction of the run to which a warm-up is cut that would be longer than the run. */
    private static final double SHORTENED_WARMUP = 0.1;

    /**
     * Returns the plan of a resolved configuration, in which everything is chosen.
     *
     * @param resolved from {@link #resolve}
     */
    public static TrainingPlan of(RunConfig resolved, int images) {
        return of(resolved, images, 1);
    }

    /**
     * Returns the plan of a resolved configuration for several processes, each of which computes an equal part of every
     * batch.
     */
    public static TrainingPlan of(RunConfig resolved, int images, int processes) {
        TrainSection train = resolved.train();
        long stepsPerEpoch = images / train.batchSize();
        long totalSteps = train.totalSteps(stepsPerEpoch);
        double rate = resolved.optimizer().learningRate().orElseThrow();
        return new TrainingPlan(
                train.batchSize(),
                MicroBatchSpans.largest(
                        train.batchSize() / processes, train.microBatchSize().orElseThrow()),
                stepsPerEpoch,
                totalSteps,
                rate,
                new LearningRateSchedule(resolved.schedule(), rate, stepsPerEpoch, totalSteps));
    }

    /** Returns the fractional epoch after this many steps. */
    public double epochAt(long step) {
        return step / (double) stepsPerEpoch;
    }

    /**
     * Returns whether a multiple of {@code everyEpochs} lies in the steps ({@code after}, {@code step}].
     *
     * @param everyEpochs may be fractional; 0 for never
     */
    public boolean isDue(long after, long step, double everyEpochs) {
        return isDueEvery(everyEpochs * stepsPerEpoch, after, step);
    }

    /** Does the same with an interval in steps. */
    static boolean isDueEvery(double everySteps, long after, long step) {
        return everySteps > 0 && Math.floor(step / everySteps) > Math.floor(after / everySteps);
    }

    /**
     * Resolves the settings that depend on the number of images: batch, micro-batch, absolute learning rates, warm-up.
     *
     * @param notices receives a sentence for each setting that was adjusted
     */
    public static <T extends Record & RunConfig> T resolve(
            T requested, int images, long memoryBytes, List<String> notices) {
        return resolve(requested, images, memoryBytes, BatchShare.WHOLE, notices);
    }

    /**
     * Resolves them for one of several processes.
     *
     * @param memoryBytes of this process
     * @param share the part of each batch that it computes
     * @throws ConfigException if batches cannot be divided among the processes
     */
    public static <T extends Record & RunConfig> T resolve(
            T requested, int images, long memoryBytes, BatchShare share, List<String> notices) {
        TrainSection train = requested.train();
        int batch = train.batchSize();
        if (images < batch) {
            notices.add(String.format(
                    Locale.ROOT,
                    "the set has %s, fewer than the batch of %d: each epoch is one batch of %d",
                    Counts.of(images, "image"),
                    batch,
                    images));
            batch = images;
        }
        int micro = MicroBatches.of(requested, ofOneProcess(requested, batch, share), memoryBytes);
        boolean perBatch = requested.optimizer().baseLearningRate().isPresent();
        double scale = perBatch ? batch / BASE_BATCH : 1;
        double rate = perBatch
                ? requested.optimizer().baseLearningRate().getAsDouble() * scale
                : requested.optimizer().learningRate().getAsDouble();
        return ConfigBuilder.with(
                requested,
                requested.optimizer().withLearningRate(rate),
                absolute(requested.schedule(), scale, train, images / batch, notices),
                train.withBatch(batch, micro));
    }

    private static int ofOneProcess(RunConfig config, int batch, BatchShare share) {
        if (share.size() > 1 && config.needsWholeBatch()) {
            throw new ConfigException(String.format(
                    Locale.ROOT,
                    "loss.average-spectrum and loss.focal=batch need the whole batch in one forward pass, so they do not go with %d processes",
                    share.size()));
        }
        if (share.size() > 1
                && config.train().activationCheckpointing()
                && config.encoder() instanceof VisionTransformerConfig vit
                && vit.relativePosition() == VisionTransformerConfig.RelativePosition.SHARED) {
            // Each block's own backward pass adds to the gradient of the table, which would be exchanged after the
            // first.
            throw new ConfigException(
                    "train.activation-checkpointing does not go with encoder.relative-position=shared in several processes; turn it off, or use one process");
        }
        if (batch % share.divisor() != 0) {
            throw new ConfigException(String.format(
                    Locale.ROOT,
                    "batches are of %s, which %d processes cannot share equally%s; set train.batch-size to a multiple of %d",
                    Counts.of(batch, "image"),
                    share.size(),
                    share.mirrored() ? " with mixed images" : "",
                    share.divisor()));
        }
        return batch / share.size();
    }

    /**
     * Returns a notice for a run that Bandpass 0.1.0 began if its batches are now divided into other micro-batches:
     * random draws of layers and batch-norm statistics are per micro-batch.
     */
    public static Optional<String> otherParts(TrainSection resolved) {
        int batch = resolved.batchSize();
        int microBatch = resolved.microBatchSize().orElse(batch);
        if (batch % microBatch == 0) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "batches of %d are computed in parts of at most %d now, where Bandpass 0.1.0, which began the run, made parts"
                        + " of %d and a rest of %d: the numbers that follow are not those that it would have given",
                batch,
                MicroBatchSpans.largest(batch, microBatch),
                microBatch,
                batch % microBatch));
    }

    /** Returns the largest number of images per forward pass, given at least a full batch of images. */
    public static int microBatch(RunConfig config, long memoryBytes) {
        return MicroBatches.of(config, config.train().batchSize(), memoryBytes);
    }

    private static ScheduleConfig absolute(
            ScheduleConfig requested, double scale, TrainSection train, long stepsPerEpoch, List<String> notices) {
        ScheduleConfig absolute =
                requested.withRates(requested.warmupLearningRate() * scale, requested.minLearningRate() * scale);
        long total = train.totalSteps(stepsPerEpoch);
        if (requested.warmupSteps().isPresent()) {
            int warmup = requested.warmupSteps().getAsInt();
            if (warmup < total) {
                return absolute;
            }
            int shortened = (int) (SHORTENED_WARMUP * total);
            notices.add(String.format(
                    Locale.ROOT,
                    "the warm-up of %s is not shorter than the run of %d: it is cut to a tenth, %s",
                    Counts.of(warmup, "step"),
                    total,
                    Counts.of(shortened, "step")));
            return absolute.withWarmup(requested.warmupEpochs(), OptionalInt.of(shortened));
        }
        double warmup = requested.warmupEpochs();
        double epochs = train.steps().isPresent() ? total / (double) stepsPerEpoch : train.epochs();
        if (warmup == 0 || warmup < epochs) {
            return absolute;
        }
        double shortened = SHORTENED_WARMUP * epochs;
        notices.add(String.format(
                Locale.ROOT,
                "the warm-up of %s epochs is not shorter than the run of %s: it is cut to a tenth, %.3g epochs",
                warmup,
                train.steps().isPresent() ? String.format(Locale.ROOT, "%.3g", epochs) : train.epochs(),
                shortened));
        return absolute.withWarmup(shortened, OptionalInt.empty());
    }
}

package io.bandpass.train;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.RunConfig;
import io.bandpass.config.ScheduleConfig;
import io.bandpass.config.TrainSection;
import io.bandpass.nn.Parts;
import io.bandpass.optim.LearningRateSchedule;
import io.bandpass.text.Counts;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a configuration means for this many images: the numbers that follow from both.
 *
 * @param batchSize images per optimizer step
 * @param microBatchSize images of the largest forward pass; the others have one less at most
 * @param stepsPerEpoch optimizer steps of an epoch; a rest smaller than a batch is left out
 * @param totalSteps optimizer steps of the run
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
    /** The batch that rates per batch are stated for. */
    private static final double BASE_BATCH = 512;
    /** How much of the run a warm-up takes that would be longer than the run. */
    private static final double SHORTENED_WARMUP = 0.1;

    /**
     * The plan of a resolved configuration, in which nothing is left to choose.
     *
     * @param resolved from {@link #resolve}
     */
    public static TrainingPlan of(RunConfig resolved, int images) {
        TrainSection train = resolved.train();
        long stepsPerEpoch = images / train.batchSize();
        long totalSteps = stepsPerEpoch * train.epochs();
        double rate = resolved.optimizer().learningRate().orElseThrow();
        return new TrainingPlan(
                train.batchSize(),
                Parts.largest(train.batchSize(), train.microBatchSize().orElseThrow()),
                stepsPerEpoch,
                totalSteps,
                rate,
                LearningRateSchedule.of(resolved.schedule(), rate, stepsPerEpoch, totalSteps));
    }

    /** The epoch, fractional, after so many steps. */
    public double epochAt(long step) {
        return step / (double) stepsPerEpoch;
    }

    /**
     * Whether a multiple of some epochs lies after one step and at or before another.
     *
     * @param everyEpochs may be fractional; 0 for never
     */
    public boolean isDue(long after, long step, double everyEpochs) {
        double every = everyEpochs * stepsPerEpoch;
        return every > 0 && Math.floor(step / every) > Math.floor(after / every);
    }

    /**
     * Replaces what follows from the number of images: batch, micro-batch, absolute rates, warm-up.
     *
     * @param notices receives a sentence for each thing that differs from what was asked
     */
    public static <T extends Record & RunConfig> T resolve(
            T asked, int images, long memoryBytes, List<String> notices) {
        TrainSection train = asked.train();
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
        int micro = MicroBatches.of(asked, batch, memoryBytes);
        boolean perBatch = asked.optimizer().baseLearningRate().isPresent();
        double scale = perBatch ? batch / BASE_BATCH : 1;
        double rate = perBatch
                ? asked.optimizer().baseLearningRate().getAsDouble() * scale
                : asked.optimizer().learningRate().getAsDouble();
        return ConfigBuilder.with(
                asked,
                asked.optimizer().withLearningRate(rate),
                absolute(asked.schedule(), scale, train.epochs(), notices),
                train.withBatch(batch, micro));
    }

    /**
     * What to say of a run that Bandpass 0.1.0 began, where its batches are divided otherwise now: what layers draw, and the
     * statistics of batch norm, are of a part.
     */
    public static Optional<String> otherParts(TrainSection resolved) {
        int batch = resolved.batchSize();
        int most = resolved.microBatchSize().orElse(batch);
        if (batch % most == 0) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "batches of %d are computed in parts of at most %d now, where Bandpass 0.1.0, which began the run, made parts"
                        + " of %d and a rest of %d: the numbers that follow are not those that it would have given",
                batch,
                Parts.largest(batch, most),
                most,
                batch % most));
    }

    /** The most images of a forward pass, of a set that has a whole batch. */
    public static int microBatch(RunConfig config, long memoryBytes) {
        return MicroBatches.of(config, config.train().batchSize(), memoryBytes);
    }

    private static ScheduleConfig absolute(ScheduleConfig asked, double scale, int epochs, List<String> notices) {
        double warmup = asked.warmupEpochs();
        if (warmup > 0 && warmup >= epochs) {
            warmup = SHORTENED_WARMUP * epochs;
            notices.add(String.format(
                    Locale.ROOT,
                    "the warm-up of %s epochs is not shorter than the run of %d: it is cut to a tenth, %.3g epochs",
                    asked.warmupEpochs(),
                    epochs,
                    warmup));
        }
        return new ScheduleConfig(
                asked.type(),
                warmup,
                asked.warmupLearningRate() * scale,
                asked.minLearningRate() * scale,
                asked.decayEpochs(),
                asked.milestoneEpochs(),
                asked.decayRate());
    }
}

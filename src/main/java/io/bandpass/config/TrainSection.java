package io.bandpass.config;

import io.bandpass.text.Counts;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Training loop and compute settings of a run.
 *
 * @param epochs passes over the images
 * @param steps optimizer steps of the run, in place of {@code epochs}; need not make whole epochs
 * @param batchSize effective batch: images per optimizer step, over ranks and accumulation
 * @param microBatchSize maximum number of images per forward pass; empty means {@code auto}
 * @param seed of all randomness
 * @param device {@code auto}, {@code cpu} or {@code cuda}
 * @param precision {@code auto}, {@code fp32} or {@code bf16}
 * @param threads compute threads; empty means {@code auto}
 * @param activationCheckpointing whether the encoder's activations are recomputed in the backward pass
 * @param emaDecay decay of the exponential moving average of the weights, or {@code none}
 * @param logEverySteps steps between lines of metrics.jsonl
 */
public record TrainSection(
        int epochs,
        @EmptyWord("none") OptionalInt steps,
        int batchSize,
        OptionalInt microBatchSize,
        long seed,
        String device,
        String precision,
        OptionalInt threads,
        boolean activationCheckpointing,
        @EmptyWord("none") OptionalDouble emaDecay,
        int logEverySteps) {
    public TrainSection {
        Check.positive("train.epochs", epochs);
        steps.ifPresent(count -> Check.positive("train.steps", count));
        Check.positive("train.batch-size", batchSize);
        microBatchSize.ifPresent(size -> Check.positive("train.micro-batch-size", size));
        Check.oneOf("train.device", device, "auto", "cpu", "cuda");
        Check.oneOf("train.precision", precision, "auto", "fp32", "bf16");
        threads.ifPresent(count -> Check.positive("train.threads", count));
        emaDecay.ifPresent(
                decay -> Check.that(decay >= 0 && decay < 1, "train.ema-decay", decay, "none or from 0 to below 1"));
        Check.positive("train.log-every-steps", logEverySteps);
    }

    /** Returns the optimizer steps of the run. */
    public long totalSteps(long stepsPerEpoch) {
        return steps.isPresent() ? steps.getAsInt() : stepsPerEpoch * epochs;
    }

    /** Returns the length of the run as it is configured, as in "5 epochs". */
    public String length() {
        return steps.isPresent() ? Counts.of(steps.getAsInt(), "step") : Counts.of(epochs, "epoch");
    }

    /** Copy with another number of compute threads; empty for {@code auto}. */
    public TrainSection withThreads(OptionalInt count) {
        return new TrainSection(
                epochs,
                steps,
                batchSize,
                microBatchSize,
                seed,
                device,
                precision,
                count,
                activationCheckpointing,
                emaDecay,
                logEverySteps);
    }

    /** Copy with another batch size and micro-batch size. */
    public TrainSection withBatch(int size, int microBatch) {
        return new TrainSection(
                epochs,
                steps,
                size,
                OptionalInt.of(microBatch),
                seed,
                device,
                precision,
                threads,
                activationCheckpointing,
                emaDecay,
                logEverySteps);
    }

    /** Copy with another device, precision and number of compute threads. */
    public TrainSection withCompute(String onDevice, String inPrecision, int computeThreads) {
        return new TrainSection(
                epochs,
                steps,
                batchSize,
                microBatchSize,
                seed,
                onDevice,
                inPrecision,
                OptionalInt.of(computeThreads),
                activationCheckpointing,
                emaDecay,
                logEverySteps);
    }
}

package io.bandpass.config;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The run itself.
 *
 * @param batchSize effective batch: images per optimizer step, over ranks and accumulation
 * @param microBatchSize most images per forward pass; empty means {@code auto}
 * @param seed of everything random
 * @param device {@code auto}, {@code cpu} or {@code cuda}
 * @param precision {@code auto}, {@code fp32} or {@code bf16}
 * @param threads compute threads; empty means {@code auto}
 * @param activationCheckpointing whether the encoder's activations are computed again for the backward pass
 * @param emaDecay decay of the exponential moving average of the weights, or {@code none}
 * @param logEverySteps steps between lines of metrics.jsonl
 */
public record TrainSection(
        int epochs,
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
        Check.positive("train.batch-size", batchSize);
        microBatchSize.ifPresent(size -> Check.positive("train.micro-batch-size", size));
        Check.oneOf("train.device", device, "auto", "cpu", "cuda");
        Check.oneOf("train.precision", precision, "auto", "fp32", "bf16");
        threads.ifPresent(count -> Check.positive("train.threads", count));
        emaDecay.ifPresent(
                decay -> Check.that(decay >= 0 && decay < 1, "train.ema-decay", decay, "none or from 0 to below 1"));
        Check.positive("train.log-every-steps", logEverySteps);
    }

    /** The same with another batch, and with the most images that a forward pass takes. */
    public TrainSection withBatch(int size, int microBatch) {
        return new TrainSection(
                epochs,
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

    /** The same on a device, in a precision, with so many compute threads. */
    public TrainSection withCompute(String onDevice, String inPrecision, int computeThreads) {
        return new TrainSection(
                epochs,
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

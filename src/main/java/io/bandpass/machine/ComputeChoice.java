package io.bandpass.machine;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.DataConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.torch.Compute;
import io.bandpass.torch.ConvolutionThreads;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Resolves what a configuration leaves to the machine: device, precision, threads, and every other {@code auto}. */
public final class ComputeChoice {
    private ComputeChoice() {}

    /** Loads LibTorch and chooses device, precision and compute threads. */
    public static Compute start(RunConfig requested) {
        int threads = requested.train().threads().orElseGet(Engine::physicalCores);
        Engine.start(threads);
        Compute compute = Compute.of(
                Engine.device(requested.train().device()), requested.train().precision());
        if (requested.train().threads().isEmpty()
                && !compute.device().is_cuda()
                && doesNotScale(compute, requested.encoder())) {
            Engine.start(ConvolutionThreads.choose(threads, compute));
        }
        return compute;
    }

    /** Whether several threads may be slower than one, as with bf16 convolutions while other programs run. */
    private static boolean doesNotScale(Compute compute, EncoderConfig encoder) {
        return compute.precision() == Precision.BF16
                && (encoder instanceof ResNetConfig || encoder instanceof ConvNeXtConfig);
    }

    /** Resolves every {@code auto}, whether it depends on the machine or on the rest of the configuration. */
    public static <T extends Record & RunConfig> T resolve(T requested, Compute compute) {
        List<Record> sections = new ArrayList<>(requested.chosen());
        sections.add(requested.data().withWorkers(OptionalInt.of(workers(requested.data()))));
        sections.add(requested
                .train()
                .withCompute(compute.deviceWord(), compute.precision().word(), compute.threads()));
        return ConfigBuilder.with(requested, sections.toArray(Record[]::new));
    }

    /** Returns the number of loader threads. */
    public static int workers(DataConfig requested) {
        return requested.workers().orElseGet(() -> Math.max(1, Math.min(8, Engine.physicalCores() - 1)));
    }
}

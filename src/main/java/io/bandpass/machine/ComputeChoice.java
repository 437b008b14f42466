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

/** Settles what a configuration leaves to the machine: device, precision, threads, and every other {@code auto}. */
public final class ComputeChoice {
    private ComputeChoice() {}

    /** Loads LibTorch and chooses device, precision and compute threads. */
    public static Compute start(RunConfig asked) {
        int threads = asked.train().threads().orElseGet(Engine::physicalCores);
        Engine.start(threads);
        Compute compute =
                Compute.of(Engine.device(asked.train().device()), asked.train().precision());
        if (asked.train().threads().isEmpty()
                && !compute.device().is_cuda()
                && doesNotScale(compute, asked.encoder())) {
            Engine.start(ConvolutionThreads.choose(threads, compute));
        }
        return compute;
    }

    /** Whether several threads may be slower than one: convolutions in bf16 are, beside other programs. */
    private static boolean doesNotScale(Compute compute, EncoderConfig encoder) {
        return compute.precision() == Precision.BF16
                && (encoder instanceof ResNetConfig || encoder instanceof ConvNeXtConfig);
    }

    /** Replaces every {@code auto}, whether it depends on the machine or on the rest of the configuration. */
    public static <T extends Record & RunConfig> T resolve(T asked, Compute compute) {
        List<Record> sections = new ArrayList<>(asked.chosen());
        sections.add(asked.data().withWorkers(workers(asked.data())));
        sections.add(asked.train()
                .withCompute(compute.deviceWord(), compute.precision().word(), compute.threads()));
        return ConfigBuilder.with(asked, sections.toArray(Record[]::new));
    }

    /** Loader threads. */
    public static int workers(DataConfig asked) {
        return asked.workers().orElseGet(() -> Math.max(1, Math.min(8, Engine.physicalCores() - 1)));
    }
}

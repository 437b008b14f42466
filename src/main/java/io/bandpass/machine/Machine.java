package io.bandpass.machine;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.DataConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.torch.ConvolutionThreads;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.Device;

/**
 * What steps are computed with.
 *
 * @param threads that compute
 */
public record Machine(Device device, Precision precision, int threads) {
    /** Loads LibTorch and settles what a configuration leaves to the machine. */
    public static Machine start(RunConfig asked) {
        int threads = asked.train().threads().orElseGet(Engine::physicalCores);
        Engine.start(threads);
        Device device = Engine.device(asked.train().device());
        Precision precision = Precision.choose(asked.train().precision(), device);
        if (asked.train().threads().isEmpty() && !device.is_cuda() && doesNotScale(precision, asked.encoder())) {
            threads = ConvolutionThreads.choose(threads, precision, device);
            Engine.start(threads);
        }
        return new Machine(device, precision, threads);
    }

    /** Whether several threads may be slower than one: convolutions in bf16 are, beside other programs. */
    private static boolean doesNotScale(Precision precision, EncoderConfig encoder) {
        return precision == Precision.BF16 && (encoder instanceof ResNetConfig || encoder instanceof ConvNeXtConfig);
    }

    /** Replaces every {@code auto}, whether it depends on the machine or on the rest of the configuration. */
    public <T extends Record & RunConfig> T choose(T asked) {
        List<Record> sections = new ArrayList<>(asked.chosen());
        sections.add(asked.data().withWorkers(workers(asked.data())));
        sections.add(asked.train()
                .withCompute(device.is_cuda() ? "cuda" : "cpu", precision.name().toLowerCase(Locale.ROOT), threads));
        return ConfigBuilder.with(asked, sections.toArray(Record[]::new));
    }

    /** Loader threads. */
    public static int workers(DataConfig asked) {
        return asked.workers().orElseGet(() -> Math.max(1, Math.min(8, Engine.physicalCores() - 1)));
    }
}

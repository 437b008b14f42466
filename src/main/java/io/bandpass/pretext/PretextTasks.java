package io.bandpass.pretext;

import io.bandpass.config.DeblurConfig;
import io.bandpass.config.DenoiseConfig;
import io.bandpass.config.MaeConfig;
import io.bandpass.config.MaskedFrequencyConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.SimMimConfig;
import io.bandpass.config.SuperResolutionConfig;
import io.bandpass.config.TaskConfig;
import io.bandpass.torch.Compute;
import java.util.Map;

/** Factory of pre-training tasks. A new task needs its class, its configuration record and a line here. */
public final class PretextTasks {
    private interface Maker {
        PretextTask make(PretrainingConfig config, Compute compute);
    }

    private static final Map<Class<? extends TaskConfig>, Maker> MAKERS = Map.of(
            MaskedFrequencyConfig.class, MaskedFrequencyModel::new,
            SuperResolutionConfig.class, RestorationModel::new,
            DeblurConfig.class, RestorationModel::new,
            DenoiseConfig.class, RestorationModel::new,
            SimMimConfig.class, SimMim::new,
            MaeConfig.class, MaskedAutoencoder::new);

    private PretextTasks() {}

    /** Creates the task of a configuration with initial weights, determined by the configuration. */
    public static PretextTask create(PretrainingConfig config, Compute compute) {
        Maker maker = MAKERS.get(config.task().getClass());
        if (maker == null) {
            throw new IllegalArgumentException("no task is registered for " + config.task());
        }
        return maker.make(config, compute);
    }
}

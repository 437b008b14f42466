package io.bandpass.optim;

import io.bandpass.config.OptimizerConfig;
import io.bandpass.nn.Parameter;
import java.util.List;

/** Factory of optimizers. A new optimizer needs its class, its name in the configuration and a line here. */
public final class Optimizers {
    private Optimizers() {}

    /**
     * Creates an optimizer with empty state.
     *
     * @param parameters already on their final device
     * @param config whose {@code type} selects the optimizer
     */
    public static Optimizer create(List<Parameter> parameters, OptimizerConfig config) {
        return switch (config.type()) {
            case ADAMW -> new AdamW(parameters, config);
            case SGD -> new Sgd(parameters, config);
            case LAMB -> new Lamb(parameters, config);
            case LARS -> new Lars(parameters, config);
        };
    }
}

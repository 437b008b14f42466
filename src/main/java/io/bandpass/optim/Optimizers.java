package io.bandpass.optim;

import io.bandpass.config.OptimizerConfig;
import io.bandpass.nn.Parameter;
import java.util.List;

/** The optimizers that there are: a new one is a class beside its siblings, its word in the configuration, and a line here. */
public final class Optimizers {
    private Optimizers() {}

    /**
     * Makes an optimizer that has not seen a gradient.
     *
     * @param parameters on the device where they stay
     * @param config whose {@code type} chooses it
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

package io.bandpass.encoder;

import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;
import java.util.List;
import java.util.function.BiFunction;

/** Factory of encoders. A new encoder needs its class, its configuration record and a line here. */
public final class Encoders {
    private record Maker<C extends EncoderConfig>(Class<C> config, BiFunction<C, Long, Encoder> constructor) {
        private Encoder make(EncoderConfig encoderConfig, long seed) {
            return constructor.apply(config.cast(encoderConfig), seed);
        }
    }

    private static final List<Maker<?>> MAKERS = List.of(
            new Maker<>(VisionTransformerConfig.class, VisionTransformer::new),
            new Maker<>(ResNetConfig.class, ResNet::new),
            new Maker<>(SwinTransformerConfig.class, SwinTransformer::new),
            new Maker<>(ConvNeXtConfig.class, ConvNeXt::new));

    private Encoders() {}

    /**
     * Creates an encoder on the CPU with the initial weights of pre-training.
     *
     * @param seed determines each parameter, together with its name
     */
    public static Encoder create(EncoderConfig config, long seed) {
        for (Maker<?> maker : MAKERS) {
            if (maker.config().isInstance(config)) {
                return maker.make(config, seed);
            }
        }
        throw new IllegalArgumentException("no encoder is registered for " + config);
    }
}

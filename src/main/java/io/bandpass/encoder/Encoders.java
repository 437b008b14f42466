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

    /**
     * Creates an encoder whose levels a dense head reads, on the CPU, with the initial weights of training from scratch.
     * It takes images of any size (a ViT: multiples of its patch) and has no final norm, which belongs to no level.
     * Swin's windows are never smaller than configured: maps are padded instead, as in the authors' detection and
     * segmentation models.
     *
     * @param config whose image size is that of the position tables
     * @param seed determines each parameter, together with its name
     */
    public static Encoder dense(EncoderConfig config, long seed) {
        Encoder encoder = config instanceof VisionTransformerConfig vit
                ? VisionTransformer.ofAnySize(vit, seed)
                : config instanceof SwinTransformerConfig swin
                        ? SwinTransformer.ofAnySize(swin, seed)
                        : create(config, seed);
        encoder.leaveOutFinalNorm();
        return encoder;
    }
}

package io.bandpass.encoder;

import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** The encoders that there are: a new one is a class beside its siblings, its record, and a line here. */
public final class Encoders {
    /**
     * A kind of encoder.
     *
     * @param type the word in {@code encoder.type}
     * @param summary one line for people
     */
    public record Family<C extends EncoderConfig>(
            String type, String summary, Class<C> config, BiFunction<C, Long, Encoder> maker) {
        private Encoder make(EncoderConfig given, long seed) {
            return maker.apply(config.cast(given), seed);
        }
    }

    private static final List<Family<?>> FAMILIES = List.of(
            new Family<>(
                    "vit",
                    "Vision Transformer; learned, sin-cos or relative positions, optional layer scale and drop path",
                    VisionTransformerConfig.class,
                    VisionTransformer::new),
            new Family<>(
                    "resnet",
                    "ResNet; basic or bottleneck blocks, stem for small or large images",
                    ResNetConfig.class,
                    ResNet::new),
            new Family<>(
                    "swin",
                    "Swin Transformer; attention in shifted windows, four stages of halved resolution",
                    SwinTransformerConfig.class,
                    SwinTransformer::new),
            new Family<>(
                    "convnext",
                    "ConvNeXt; depthwise convolutions in blocks like those of a transformer",
                    ConvNeXtConfig.class,
                    ConvNeXt::new));

    private Encoders() {}

    public static List<Family<?>> families() {
        return FAMILIES;
    }

    /**
     * Makes an encoder with the starting values of pre-training, on the CPU.
     *
     * @param seed from which, with its name, each parameter follows
     */
    public static Encoder create(EncoderConfig config, long seed) {
        for (Family<?> family : FAMILIES) {
            if (family.config().isInstance(config)) {
                return family.make(config, seed);
            }
        }
        throw new IllegalArgumentException("no encoder is registered for " + config);
    }

    /** Word of each {@code encoder.type} to what it is. */
    public static Map<String, String> summaries() {
        Map<String, String> summaries = new LinkedHashMap<>();
        families().forEach(family -> summaries.put(family.type(), family.summary()));
        return summaries;
    }
}

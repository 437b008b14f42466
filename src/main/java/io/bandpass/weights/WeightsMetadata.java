package io.bandpass.weights;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.EncoderDescription;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.machine.Environment;
import java.util.LinkedHashMap;
import java.util.Map;

/** The metadata of weights files: docs/run-folder.md lists the keys. */
public final class WeightsMetadata {
    static final String KIND = "kind";
    static final String ENCODER = "encoder";
    static final String FULL = "full";
    static final String CLASSIFIER = "classifier";

    /** The configuration of the pre-training run. */
    static final String CONFIG = "config";
    /** The section of the encoder: what files of 0.1.0 had in {@link #CONFIG} alone. */
    static final String ENCODER_SECTION = "encoder";

    static final String MEAN = "mean";
    static final String STD = "std";
    /** The configuration of the fine-tuning run. */
    static final String FINETUNING = "finetune-config";

    static final String POOLING = "pooling";
    static final String CLASSES = "classes";

    /** Of a ConvNeXt classifier: the word of its {@link io.bandpass.encoder.HeadNorm}. */
    static final String HEAD_NORM = "head-norm";

    static final String RECIPE = "recipe";
    /** The recipe of what {@code import} writes. */
    public static final String IMPORT = "import";

    private static final String PRODUCER = "producer";
    private static final String NAME = "bandpass ";

    private WeightsMetadata() {}

    /** Whether metadata are those of weights of Bandpass; other programs have keys of the same names too. */
    public static boolean isOurs(Map<String, String> metadata) {
        return (metadata.containsKey(ENCODER_SECTION) || metadata.containsKey(CONFIG))
                && metadata.containsKey(KIND)
                && metadata.getOrDefault(PRODUCER, "").startsWith(NAME);
    }

    /** The metadata of any weights. */
    static Map<String, String> of(String kind, EncoderDescription description, String recipe, long step) {
        int imageSize = description.encoder().imageSize();
        int grid = imageSize / description.encoder().stride();
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "pt");
        metadata.put(PRODUCER, NAME + Environment.version());
        metadata.put(KIND, kind);
        metadata.put(RECIPE, recipe);
        metadata.put("step", Long.toString(step));
        metadata.put("image-size", Integer.toString(imageSize));
        metadata.put(MEAN, description.mean().toString());
        metadata.put(STD, description.std().toString());
        metadata.put("grid", grid + "x" + grid);
        metadata.put(ENCODER_SECTION, description.encoderYaml());
        return metadata;
    }

    /** The metadata of weights of a model that is described by a configuration of pre-training. */
    static Map<String, String> of(String kind, PretrainingConfig config, String recipe, long step) {
        Map<String, String> metadata = of(kind, EncoderDescription.of(config), recipe, step);
        metadata.put(CONFIG, ConfigBuilder.toYaml(config));
        return metadata;
    }
}

package io.bandpass.weights;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.EncoderDescription;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.machine.Environment;
import java.util.LinkedHashMap;
import java.util.Map;

/** Metadata of weights files; docs/run-folder.md lists the keys. */
public final class WeightsMetadata {
    static final String KIND = "kind";
    static final String ENCODER = "encoder";
    static final String FULL = "full";
    static final String CLASSIFIER = "classifier";
    static final String SEGMENTER = "segmenter";

    /** Configuration of the pre-training run. */
    static final String CONFIG = "config";
    /** Encoder section; files of 0.1.0 have it in {@link #CONFIG} only. */
    static final String ENCODER_SECTION = "encoder";

    static final String MEAN = "mean";
    static final String STD = "std";
    /** Configuration of the fine-tuning run. */
    static final String FINETUNING = "finetune-config";

    static final String POOLING = "pooling";
    static final String CLASSES = "classes";

    /** Word of the {@link io.bandpass.encoder.HeadNorm} of a ConvNeXt classifier. */
    static final String HEAD_NORM = "head-norm";

    static final String RECIPE = "recipe";
    /** Recipe name in weights that {@code import} writes. */
    public static final String IMPORT = "import";

    /** Heads, classes and evaluation of a segmentation model: its {@link io.bandpass.config.SegmenterDescription}. */
    static final String HEAD = "head";

    static final String LABEL_CLASSES = "label-classes";
    static final String VALIDATE = "validate";
    /** How the program from which a segmentation model was imported names its tensors. */
    public static final String NAMES = "names";

    /** The section {@code data} of the configuration of the run, whatever its kind; see docs/run-folder.md. */
    static final String DATA = "data";
    /** The seed of the run. */
    static final String SEED = "seed";
    /** The section {@code evaluate} of its configuration, if it has one. */
    static final String EVALUATE = "evaluate";

    private static final String PRODUCER = "producer";
    private static final String NAME = "bandpass ";

    private WeightsMetadata() {}

    /** Whether metadata is that of Bandpass weights; other programs use some of the same keys. */
    public static boolean isOurs(Map<String, String> metadata) {
        return (metadata.containsKey(ENCODER_SECTION) || metadata.containsKey(CONFIG))
                && metadata.containsKey(KIND)
                && metadata.getOrDefault(PRODUCER, "").startsWith(NAME);
    }

    /** Returns the metadata of weights of any kind. */
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

    /** Returns the metadata of the weights of a run of any kind. */
    static Map<String, String> ofRun(String kind, RunConfig config, String recipe, long step) {
        Map<String, String> metadata = of(kind, EncoderDescription.of(config), recipe, step);
        metadata.put(DATA, ConfigBuilder.toYaml(config.data().shown()));
        metadata.put(SEED, Long.toString(config.train().seed()));
        return metadata;
    }

    /** Returns the metadata of weights that no run of their own trained: probes and imported ones. */
    static Map<String, String> of(String kind, EncoderConfig encoder, WeightsOrigin origin, String recipe) {
        EncoderDescription description = new EncoderDescription(
                encoder, origin.data().mean(), origin.data().std());
        Map<String, String> metadata = of(kind, description, recipe, 0);
        metadata.put(DATA, ConfigBuilder.toYaml(origin.data().shown()));
        metadata.put(EVALUATE, ConfigBuilder.toYaml(origin.evaluate()));
        metadata.put(SEED, Long.toString(origin.seed()));
        return metadata;
    }

    /** Returns the metadata of weights of a model that a pre-training configuration describes. */
    static Map<String, String> of(String kind, PretrainingConfig config, String recipe, long step) {
        Map<String, String> metadata = ofRun(kind, config, recipe, step);
        metadata.put(
                CONFIG,
                ConfigBuilder.toYaml(ConfigBuilder.with(config, config.data().shown())));
        return metadata;
    }
}

package io.bandpass.pretext;

import io.bandpass.config.DeblurConfig;
import io.bandpass.config.DenoiseConfig;
import io.bandpass.config.MaeConfig;
import io.bandpass.config.MaskedFrequencyConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.SimMimConfig;
import io.bandpass.config.SuperResolutionConfig;
import io.bandpass.config.TaskConfig;
import io.bandpass.torch.Precision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;

/** The pre-training tasks that there are: a new one is a class beside its siblings, its record, and a line here. */
public final class PretextTasks {
    private interface Maker {
        PretextTask make(PretrainingConfig config, Precision precision, Device device);
    }

    /**
     * A kind of task.
     *
     * @param type the word in {@code task.type}
     * @param summary one line for people
     */
    public record Family(String type, String summary, Class<? extends TaskConfig> config, Maker maker) {}

    private static final List<Family> FAMILIES = List.of(
            new Family(
                    "mfm",
                    "Masked Frequency Modeling: removed frequencies are predicted",
                    MaskedFrequencyConfig.class,
                    MaskedFrequencyModel::new),
            new Family(
                    "super-resolution",
                    "images of low resolution, by a whole factor, are restored",
                    SuperResolutionConfig.class,
                    RestorationModel::superResolution),
            new Family(
                    "deblur",
                    "blurred images are restored; seven families of kernels",
                    DeblurConfig.class,
                    RestorationModel::deblur),
            new Family(
                    "denoise",
                    "noisy images are restored; Gaussian or Poisson noise, coloured or grey",
                    DenoiseConfig.class,
                    RestorationModel::denoise),
            new Family(
                    "simmim",
                    "SimMIM: the pixels of masked blocks are predicted; any encoder",
                    SimMimConfig.class,
                    SimMim::new),
            new Family(
                    "mae",
                    "masked autoencoder: a ViT sees some patches, a decoder predicts the others",
                    MaeConfig.class,
                    MaskedAutoencoder::new));

    private PretextTasks() {}

    public static List<Family> families() {
        return FAMILIES;
    }

    /** Makes the task of a configuration, freshly initialised; every number in it follows from the configuration. */
    public static PretextTask create(PretrainingConfig config, Precision precision, Device device) {
        for (Family family : FAMILIES) {
            if (family.config().isInstance(config.task())) {
                return family.maker().make(config, precision, device);
            }
        }
        throw new IllegalArgumentException("no task is registered for " + config.task());
    }

    /** Word of each {@code task.type} to what it is. */
    public static Map<String, String> summaries() {
        Map<String, String> summaries = new LinkedHashMap<>();
        families().forEach(family -> summaries.put(family.type(), family.summary()));
        return summaries;
    }
}

package io.bandpass.gallery;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.DeblurConfig;
import io.bandpass.config.DenoiseConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.MaeConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.SimMimConfig;
import io.bandpass.config.SuperResolutionConfig;
import io.bandpass.config.TaskConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.pretext.Degradation;
import io.bandpass.pretext.TaskInputs;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;

/**
 * What each pre-training task does to images of a configuration's size, by its word. The task that is configured has its
 * settings, the others their defaults: blocks and patches of the published share of an image, or of a configured ViT
 * its patches; kernels in pixels and factors as published for 224 px.
 */
final class ShownTasks implements AutoCloseable {
    private static final String SIMMIM = "simmim";
    private static final String MAE = "mae";
    /** Patches along an edge in the published masked autoencoders. */
    private static final int PATCHES = 14;

    private final PretrainingConfig config;
    private final int size;
    private final Device device = Tensors.kept(new Device("cpu"));
    private final Map<String, Degradation> tasks = new LinkedHashMap<>();
    private final List<String> leftOut = new ArrayList<>();

    ShownTasks(PretrainingConfig config) {
        this.config = config;
        size = config.encoder().imageSize();
        long seed = config.train().seed();
        List<Double> mean = config.data().mean();
        add("mfm, low-pass", () -> TaskInputs.maskedFrequencies(config.mask(), size, true, seed, device));
        // Com never keeps the others.
        if (config.mask().draws(false) || !config.mask().ranksMagnitudes()) {
            add("mfm, high-pass", () -> TaskInputs.maskedFrequencies(config.mask(), size, false, seed, device));
        }
        add(
                "super-resolution",
                () -> TaskInputs.restoration(task(SuperResolutionConfig.class, "super-resolution"), size, seed));
        add("deblur", () -> TaskInputs.restoration(task(DeblurConfig.class, "deblur"), size, seed));
        add("denoise", () -> TaskInputs.restoration(task(DenoiseConfig.class, "denoise"), size, seed));
        add(SIMMIM, () -> TaskInputs.simMim(simMim(), size, mean, seed, device));
        add(MAE, () -> TaskInputs.maskedPatches(task(MaeConfig.class, MAE), patches(), mean, seed, device));
    }

    private void add(String name, Supplier<Degradation> task) {
        try {
            tasks.put(name, task.get());
        } catch (ConfigException doesNotFit) {
            leftOut.add(name + " is left out: " + doesNotFit.getMessage());
        }
    }

    private <T extends TaskConfig> T task(Class<T> type, String word) {
        if (type.isInstance(config.task())) {
            return type.cast(config.task());
        }
        ConfigBuilder<PretrainingConfig> defaults = ConfigBuilder.of(PretrainingConfig.class)
                .set("task.type=" + word)
                .set("decoder.type=" + (word.equals(MAE) ? "vit" : "pixel-shuffle"));
        return type.cast(defaults.build().task());
    }

    private SimMimConfig simMim() {
        SimMimConfig task = task(SimMimConfig.class, SIMMIM);
        if (task.equals(config.task())) {
            return task;
        }
        int block = SimMimConfig.publishedBlockSize(config.encoder())
                .orElseThrow(() -> new ConfigException("images of " + size + " px are a single patch"));
        return new SimMimConfig(block, task.maskRatio());
    }

    /** The configured encoder if it is a ViT, or one with about the published number of patches. */
    private EncoderConfig patches() {
        if (config.encoder() instanceof VisionTransformerConfig vit) {
            return vit;
        }
        int patch = IntStream.rangeClosed(1, size)
                .filter(edge -> size % edge == 0)
                .boxed()
                .min(Comparator.comparingDouble(edge -> Math.abs(edge - size / (double) PATCHES)))
                .orElseThrow();
        return new VisionTransformerConfig(
                size, patch, 1, 1, 1, 1, VisionTransformerConfig.Positions.LEARNED, true, 0, 0);
    }

    /** Tasks by their words, in the order of the picture. */
    Map<String, Degradation> tasks() {
        return Collections.unmodifiableMap(tasks);
    }

    /** A sentence for each task that such images are too small for. */
    List<String> leftOut() {
        return Collections.unmodifiableList(leftOut);
    }

    @Override
    public void close() {
        tasks.values().forEach(Degradation::close);
    }
}

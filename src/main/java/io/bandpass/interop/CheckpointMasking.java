package io.bandpass.interop;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.SimMimConfig;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Task settings of SimMIM and MAE checkpoints: those stored with the weights, else the published ones. */
final class CheckpointMasking {
    /** Block size of SimMIM for images of 192 and 224 px. */
    private static final int PUBLISHED_BLOCK = 32;

    private static final double PUBLISHED_RATIO = 0.6;
    private static final String RATIO = "task.mask-ratio";

    private final CheckpointSettings stored;
    private final ConfigBuilder<PretrainingConfig> builder;
    private final String origin;
    private final List<String> notices;

    CheckpointMasking(
            CheckpointSettings stored, ConfigBuilder<PretrainingConfig> builder, String origin, List<String> notices) {
        this.stored = stored;
        this.builder = builder;
        this.origin = origin;
        this.notices = notices;
    }

    /**
     * Sets the task of SimMIM from {@code DATA.MASK_PATCH_SIZE} and {@code DATA.MASK_RATIO}.
     *
     * @param patchSize of the encoder, as YAML; null if it has none
     * @return whether images of this size can be masked in blocks
     */
    boolean simMim(int imageSize, @Nullable String patchSize) {
        double ratio = stored.number("DATA.MASK_RATIO").orElse(PUBLISHED_RATIO);
        OptionalInt storedBlock = stored.count("DATA.MASK_PATCH_SIZE");
        if (patchSize == null) {
            notices.add("its mask token is one of an encoder that cuts images into patches, which this is not, so that"
                    + " only the encoder is written");
            return false;
        }
        int patch = Integer.parseInt(patchSize);
        OptionalInt block = storedBlock.isPresent() ? storedBlock : largestBlock(imageSize, patch, ratio);
        if (block.isEmpty()) {
            notices.add("no block of whole patches can be masked in images of " + imageSize
                    + " px, so that only the encoder is written");
            return false;
        }
        builder.set("task.type", "simmim", origin);
        builder.set("task.block-size", Integer.toString(block.getAsInt()), origin);
        builder.set(RATIO, Double.toString(ratio), origin);
        if (storedBlock.isEmpty()) {
            notices.add("the file does not say how large its masked blocks are; " + block.getAsInt()
                    + " px are assumed; `set` task.block-size=N names another number");
        }
        if (stored.number("DATA.MASK_RATIO").isEmpty()) {
            notices.add("the file does not say how much it masks; " + RATIO + " is " + ratio + ", as published");
        }
        return true;
    }

    private static OptionalInt largestBlock(int imageSize, int patch, double ratio) {
        return IntStream.rangeClosed(1, PUBLISHED_BLOCK)
                .filter(block -> block % patch == 0 && imageSize % block == 0)
                .filter(block -> {
                    SimMimConfig task = new SimMimConfig(block, ratio);
                    return task.masked(imageSize) < task.blocks(imageSize);
                })
                .max();
    }

    /** Sets the task of a masked autoencoder from {@code mask_ratio} and {@code norm_pix_loss}. */
    void mae() {
        builder.set("task.type", "mae", origin);
        stored.number("mask_ratio")
                .ifPresentOrElse(
                        ratio -> builder.set(RATIO, Double.toString(ratio), origin),
                        () -> notices.add("the file does not say how much it masks; " + RATIO + " keeps its default"));
        stored.flag("norm_pix_loss")
                .ifPresentOrElse(
                        normalised -> builder.set("task.normalise-pixels", Boolean.toString(normalised), origin),
                        () -> notices.add("the file does not say whether its decoder predicts normalised pixels;"
                                + " task.normalise-pixels keeps its default"));
    }
}

package io.bandpass.interop;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.weights.PositionTables;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.bytedeco.pytorch.Tensor;

/** Configuration of an imported checkpoint: its geometry, and the mask and task from the settings stored with it. */
final class CheckpointRecipe {
    /** The authors' names of their tasks, and the corresponding {@code task.type}. */
    private static final Map<String, String> TASKS =
            Map.of("sr", "super-resolution", "deblur", "deblur", "denoise", "denoise");

    /** Heads of the decoders of MAE and of the method's authors, at any width. */
    private static final int PUBLISHED_HEADS = 16;

    private final String source;
    private final CheckpointGeometry geometry;
    private final CheckpointNaming.Parts parts;
    private final CheckpointSettings stored;
    private final List<String> notices;
    private boolean decoderFits = true;

    CheckpointRecipe(
            String source,
            CheckpointNaming.Parts parts,
            CheckpointGeometry geometry,
            CheckpointSettings stored,
            List<String> notices) {
        this.source = source;
        this.parts = parts;
        this.geometry = geometry;
        this.stored = stored;
        this.notices = notices;
    }

    /** Whether the decoder's task is supported here; valid after {@link #build}. */
    boolean decoderFits() {
        return decoderFits;
    }

    /**
     * Builds the configuration.
     *
     * @param imageSize image size of the imported model
     * @param settings the user's, which override everything else
     */
    PretrainingConfig build(int imageSize, List<String> settings) {
        ConfigBuilder<PretrainingConfig> builder = ConfigBuilder.of(PretrainingConfig.class);
        String origin = "the geometry of " + source;
        builder.set("encoder.type", geometry.settings().getOrDefault("type", "vit"), origin);
        geometry.settings().forEach((key, value) -> builder.set("encoder." + key, value, origin));
        builder.set("encoder.image-size", Integer.toString(imageSize), origin);
        builder.set("description", "\"imported weights\"", origin);
        switch (parts.pretraining().orElse(CheckpointNaming.Pretraining.MASKED_FREQUENCIES)) {
            case MASKED_FREQUENCIES -> maskedFrequencies(builder, imageSize);
            case SIMMIM ->
                decoderFits = new CheckpointMasking(stored, builder, origin, notices)
                        .simMim(imageSize, geometry.settings().get("patch-size"));
            case MAE -> new CheckpointMasking(stored, builder, origin, notices).mae();
        }
        decoder(builder, settings);
        settings.forEach(builder::set);
        return builder.build();
    }

    private void maskedFrequencies(ConfigBuilder<PretrainingConfig> builder, int imageSize) {
        if (stored.number("DATA.MASK_RADIUS1").isPresent()) {
            mask(builder, imageSize);
        } else {
            notices.add("the file does not say with which mask it was trained; the mask takes the defaults");
        }
        task(builder);
    }

    /** Configures a transformer decoder: width and depth from its shapes, heads from the settings. */
    private void decoder(ConfigBuilder<PretrainingConfig> builder, List<String> settings) {
        Tensor embedding = parts.decoder().get("decoder.embed.weight");
        if (embedding == null || embedding.dim() != 2) {
            return;
        }
        String origin = "the decoder in " + source;
        long depth = parts.decoder().keySet().stream()
                .filter(name -> name.endsWith(".attn.qkv.weight"))
                .count();
        long width = embedding.size(0);
        builder.set("decoder.type", "vit", origin);
        builder.set("decoder.width", Long.toString(width), origin);
        builder.set("decoder.depth", Long.toString(depth), origin);
        Tensor positions = parts.decoder().get("decoder.pos_embed");
        if (positions != null && (positions.dim() != 3 || !PositionTables.areSinCos(positions))) {
            decoderFits = false;
            notices.add("the positions of the decoder are not the fixed ones that decoders have here, so that only the"
                    + " encoder is written");
        }
        OptionalInt heads = stored.count("MODEL.VIT.DECODER.NUM_HEADS");
        heads.ifPresent(count -> builder.set("decoder.heads", Integer.toString(count), origin));
        if (heads.isEmpty() && settings.stream().noneMatch(setting -> setting.startsWith("decoder.heads="))) {
            assumeHeads(builder, width);
        }
    }

    private void assumeHeads(ConfigBuilder<PretrainingConfig> builder, long width) {
        if (width % PUBLISHED_HEADS != 0) {
            throw new ConfigException("the file does not say how many heads its decoder has, and the usual "
                    + PUBLISHED_HEADS + " do not divide its width " + width + "; give them with `set` decoder.heads=N");
        }
        builder.set("decoder.heads", Integer.toString(PUBLISHED_HEADS), source);
        notices.add("the file does not say how many heads its decoder has; " + PUBLISHED_HEADS
                + " are assumed, as published; `set` decoder.heads=N names another number");
    }

    private void mask(ConfigBuilder<PretrainingConfig> builder, int imageSize) {
        String origin = "the settings in " + source;
        double scale = (double) imageSize / geometry.imageSize();
        double radius = stored.number("DATA.MASK_RADIUS1").orElseThrow();
        if (scale != 1) {
            notices.add("the radius of the mask, " + radius + ", was multiplied by the ratio of the image sizes");
        }
        if (radius > 0) {
            builder.set("mask.radius", Double.toString(radius * scale), origin);
        }
        double corner = Math.sqrt(2) * Math.floorDiv(geometry.imageSize(), 2);
        OptionalDouble outer = stored.number("DATA.MASK_RADIUS2");
        if (outer.isPresent() && outer.getAsDouble() > radius && outer.getAsDouble() <= corner) {
            builder.set("mask.outer-radius", Double.toString(outer.getAsDouble() * scale), origin);
        }
        stored.number("DATA.SAMPLE_RATIO")
                .ifPresent(share -> builder.set("mask.lowpass-probability", Double.toString(share), origin));
        stored.number("DATA.MIN_CROP_SCALE")
                .ifPresent(area -> builder.set("augment.crop-area", "[" + area + ", 1.0]", origin));
        stored.word("MODEL.RECOVER_TARGET_TYPE")
                .ifPresent(word -> builder.set("loss.target", word.equals("masked") ? "masked" : "full", origin));
        stored.number("MODEL.FREQ_LOSS.LOSS_GAMMA")
                .ifPresent(gamma -> builder.set("loss.gamma", Double.toString(gamma), origin));
        loss(builder, origin);
    }

    private void loss(ConfigBuilder<PretrainingConfig> builder, String origin) {
        String section = "MODEL.FREQ_LOSS.";
        if (stored.isOn(section + "WITH_MATRIX")) {
            builder.set("loss.focal", stored.isOn(section + "BATCH_MATRIX") ? "batch" : "image", origin);
            builder.set("loss.focal-log", Boolean.toString(stored.isOn(section + "LOG_MATRIX")), origin);
            stored.number(section + "MATRIX_GAMMA")
                    .ifPresent(alpha -> builder.set("loss.focal-alpha", Double.toString(alpha), origin));
        }
        builder.set("loss.average-spectrum", Boolean.toString(stored.isOn(section + "AVE_SPECTRUM")), origin);
        stored.count(section + "PATCH_FACTOR")
                .ifPresent(factor -> builder.set("loss.patch-factor", Integer.toString(factor), origin));
    }

    /** Sets the task for which the decoder was trained, if it is supported here. */
    private void task(ConfigBuilder<PretrainingConfig> builder) {
        Optional<String> filter = stored.word("DATA.FILTER_TYPE");
        if (filter.isEmpty() || filter.get().equals("mfm")) {
            return;
        }
        String task = TASKS.get(filter.get());
        decoderFits = task != null;
        if (task == null) {
            notices.add("the decoder was trained for '" + filter.get()
                    + "', which this program does not do, so that only the encoder is written");
            return;
        }
        String origin = "the settings in " + source;
        builder.set("task.type", task, origin);
        new CheckpointDegradation(stored, builder, origin, notices).take(task);
    }
}

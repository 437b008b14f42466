package io.bandpass.interop;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.SegmentationConfig;
import io.bandpass.format.WeightsException;
import io.bandpass.interop.BackboneNames.Style;
import io.bandpass.interop.CheckpointNaming.Family;
import io.bandpass.torch.Tensors;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;

/**
 * Configuration of an imported segmentation model: heads by their shapes, levels and evaluation as the file says, or as
 * published for such an encoder.
 */
final class SegmenterRecipe {
    private static final String HEAD = SegmenterParts.HEAD;
    private static final String JOINT = HEAD + "fpn_bottleneck.";
    private static final String AUXILIARY = SegmenterParts.AUXILIARY + "convs.0.conv.weight";
    private static final int USUAL_AUXILIARY_LEVEL = 2;
    private static final int LAST_LEVEL = 3;
    /** The longest side that a resized image may have, in parts of the shortest. */
    private static final int LONGEST_SIDE = 4;

    private static final int USUAL_SHORT_SIDE = 512;

    /** Group norms here, where there are enough channels. */
    private static final int GROUPS = 32;

    private static final int FEWEST_CHANNELS = 4;

    private final String source;
    private final SegmenterParts parts;
    private final CheckpointGeometry geometry;
    private final StoredConfigText stored;
    private final List<String> notices;

    SegmenterRecipe(
            String source,
            SegmenterParts parts,
            CheckpointGeometry geometry,
            StoredConfigText stored,
            List<String> notices) {
        this.source = source;
        this.parts = parts;
        this.geometry = geometry;
        this.stored = stored;
        this.notices = notices;
    }

    /**
     * Builds the configuration.
     *
     * @param imageSize image size of the imported model
     * @param isSizeKnown whether the file or the user says it
     * @param settings the user's, which override everything else
     * @throws WeightsException if the shapes of the heads do not fit together
     */
    SegmentationConfig build(int imageSize, boolean isSizeKnown, List<String> settings) {
        ConfigBuilder<SegmentationConfig> builder = ConfigBuilder.of(SegmentationConfig.class);
        String origin = "the geometry of " + source;
        builder.set("encoder.type", geometry.settings().getOrDefault("type", "vit"), origin);
        geometry.settings().forEach((key, value) -> builder.set("encoder." + key, value, origin));
        builder.set("encoder.image-size", Integer.toString(imageSize), origin);
        builder.set("description", "\"imported weights\"", origin);
        head(builder, origin);
        levels(builder, origin, settings);
        evaluation(builder, origin, isSizeKnown ? imageSize : USUAL_SHORT_SIDE);
        settings.forEach(builder::set);
        return builder.build();
    }

    private boolean isVit() {
        return parts.encoder().family() == Family.VIT;
    }

    private void head(ConfigBuilder<SegmentationConfig> builder, String origin) {
        TensorShapes shapes = TensorShapes.of(source, parts.behind());
        List<Long> inputs = parts.mapWidths();
        long width = shapes.need(JOINT + "conv.weight", 4)[0];
        long classes = shapes.need(HEAD + "conv_seg.weight", 4)[0];
        shapes.expect(JOINT + "conv.weight", width, inputs.size() * width, 3, 3);
        shapes.expect(HEAD + "conv_seg.weight", classes, width, 1, 1);
        shapes.expect(HEAD + "bottleneck.conv.weight", width, inputs.get(LAST_LEVEL) + 4 * width, 3, 3);
        for (int i = 0; i < LAST_LEVEL; i++) {
            shapes.expect(HEAD + "lateral_convs." + i + ".conv.weight", width, inputs.get(i), 1, 1);
            shapes.expect(HEAD + "fpn_convs." + i + ".conv.weight", width, width, 3, 3);
        }
        shapes.checkWhole();
        builder.set("head.width", Long.toString(width), origin);
        builder.set("head.norm", norm(shapes), origin);
        if (isVit()) {
            builder.set(
                    "head.scales", PyramidNames.scales(parts.behind().keySet()).toString(), origin);
        }
        auxiliary(builder, origin, inputs);
    }

    private String norm(TensorShapes shapes) {
        if (shapes.has(JOINT + "bn.running_mean")) {
            return "batch";
        }
        if (shapes.has(JOINT + "gn.weight")) {
            checkGroups(shapes);
            return "group";
        }
        throw shapes.refusal(" has a head whose convolutions have neither batch norm nor group norm: it lacks " + JOINT
                + "bn.running_mean and " + JOINT + "gn.weight");
    }

    /** Rejects group norms that have another number of groups here. */
    private void checkGroups(TensorShapes shapes) {
        int width = shapes.need(JOINT + "gn.weight", 1)[0];
        int groups = stored.number("num_groups").orElse(GROUPS);
        if (groups != GROUPS || width % GROUPS != 0 || width < FEWEST_CHANNELS * GROUPS) {
            throw shapes.refusal(" has a head with group norm of " + groups + " groups of " + width
                    + " channels, but only 32 groups of at least " + FEWEST_CHANNELS + " channels each can be read");
        }
        notices.add("the head is taken to have group norms of 32 groups, the usual number, as no tensor shows it");
    }

    private void auxiliary(ConfigBuilder<SegmentationConfig> builder, String origin, List<Long> inputs) {
        Tensor convolution = parts.behind().get(AUXILIARY);
        if (convolution == null) {
            builder.set("head.auxiliary-weight", "0.0", origin);
            return;
        }
        long[] shape = Tensors.shape(convolution);
        int level = isVit()
                ? parts.names().style() == Style.MMSEGMENTATION_VIT ? LAST_LEVEL : USUAL_AUXILIARY_LEVEL
                : IntStream.range(0, inputs.size())
                        .filter(i -> inputs.get(i) == shape[1])
                        .findFirst()
                        .orElseThrow(() -> new WeightsException(source + ": tensor " + AUXILIARY + " takes " + shape[1]
                                + " channels, but the maps of its encoder have " + inputs));
        builder.set("head.auxiliary-width", Long.toString(shape[0]), origin);
        builder.set("head.auxiliary-level", Integer.toString(level), origin);
    }

    /** Sets the blocks of a ViT after which its maps are read, which no tensor shows. */
    private void levels(ConfigBuilder<SegmentationConfig> builder, String origin, List<String> settings) {
        if (!isVit()) {
            return;
        }
        int depth = Integer.parseInt(geometry.settings().getOrDefault("depth", "0"));
        List<Integer> levels = stored.numbers("out_indices");
        boolean known = levels.size() == LAST_LEVEL + 1;
        if (!known && parts.names().style() == Style.MMSEGMENTATION_VIT) {
            levels = IntStream.rangeClosed(1, LAST_LEVEL + 1)
                    .mapToObj(quarter -> Math.max(1, depth * quarter / (LAST_LEVEL + 1)) - 1)
                    .toList();
        }
        if (levels.size() == LAST_LEVEL + 1) {
            builder.set("head.levels", levels.toString(), origin);
        }
        if (!known && settings.stream().noneMatch(setting -> setting.startsWith("head.levels="))) {
            notices.add("the file does not say after which blocks the head reads its maps; "
                    + (levels.isEmpty()
                            ? "a third, half, two thirds and all of them are assumed, as in BEiT and MAE"
                            : levels + ", counted from 0, are assumed, as in mmsegmentation's ViTs")
                    + "; `set` head.levels names others");
        }
    }

    /** Sets how images are cut and resized: as the file says, else as published for such an encoder. */
    private void evaluation(ConfigBuilder<SegmentationConfig> builder, String origin, int shortSide) {
        boolean windows = isVit() || parts.encoder().family() == Family.CONVNEXT;
        String mode =
                stored.word("mode").filter(List.of("whole", "slide")::contains).orElse(windows ? "slide" : "whole");
        builder.set("validate.mode", mode, origin);
        List<Integer> resize = resize(shortSide);
        builder.set("validate.resize", resize.toString(), origin);
        List<Integer> crop = stored.numbers("crop_size");
        List<Integer> stride = stored.numbers("stride");
        if (mode.equals("slide") && isSquare(crop) && isSquare(stride) && stride.get(0) <= crop.get(0)) {
            builder.set("validate.crop", crop.get(0).toString(), origin);
            builder.set("validate.stride", stride.get(0).toString(), origin);
        }
        notices.add("images are evaluated " + (mode.equals("slide") ? "in windows" : "as a whole")
                + ", after resizing to at most " + resize.get(0) + " and " + resize.get(1)
                + " px; `set` validate.mode, validate.crop, validate.stride and validate.resize name others");
    }

    /** Returns the longest and the shortest side of a resized image. */
    private List<Integer> resize(int shortSide) {
        return Stream.of("scale", "img_scale")
                .map(stored::numbers)
                .filter(sides -> sides.size() == 2 && Collections.min(sides) > 0)
                .findFirst()
                .map(sides -> List.of(Collections.max(sides), Collections.min(sides)))
                .orElse(List.of(LONGEST_SIDE * shortSide, shortSide));
    }

    private static boolean isSquare(List<Integer> pair) {
        return pair.size() == 2 && pair.get(0) > 0 && pair.get(0).equals(pair.get(1));
    }
}

package io.bandpass.interop;

import io.bandpass.config.ConfigException;
import io.bandpass.interop.CheckpointGeometry.Asked;
import io.bandpass.interop.CheckpointGeometry.Inference;
import java.util.Map;
import java.util.OptionalInt;

/** Infers the geometry of a ViT, with or without a relative position bias. */
final class VitGeometry {
    /** Heads of the standard ViTs by width: 64 channels each, except for ViT-H. */
    private static final Map<Integer, Integer> USUAL_HEADS = Map.of(192, 3, 384, 6, 768, 12, 1024, 16, 1280, 16);

    /** Width at which MoCo v3 has another number of heads than the standard ViT. */
    private static final String UNSURE_WIDTH = "384";

    private static final String PATCHES = "patch_embed.proj.weight";
    private static final String TABLE = "relative_position_bias_table";
    private static final int CLASS_ROWS = 3;

    private VitGeometry() {}

    static void infer(Inference inference, boolean sinCos) {
        TensorShapes shapes = inference.shapes;
        int[] embedding = shapes.need(PATCHES, 4);
        shapes.needRgb(PATCHES, embedding);
        int patch = shapes.square(PATCHES, embedding);
        int width = embedding[0];
        int depth = shapes.count("blocks.", ".attn.qkv.weight");
        int hidden = shapes.need("blocks.0.mlp.fc1.weight", 2)[0];
        for (int block = 0; block < depth; block++) {
            String name = "blocks." + block + ".";
            shapes.expect(name + "attn.qkv.weight", 3L * width, width);
            shapes.expect(name + "attn.proj.weight", width, width);
            shapes.expect(name + "mlp.fc1.weight", hidden, width);
            shapes.expect(name + "mlp.fc2.weight", width, hidden);
        }
        inference.set("patch-size", patch);
        inference.set("width", width);
        inference.set("depth", depth);
        inference.set("mlp-ratio", TensorShapes.ratio(hidden, width));
        inference.set("qkv-bias", shapes.has("blocks.0.attn.qkv.bias") || shapes.has("blocks.0.attn.q_bias"));
        positions(inference, patch, sinCos);
        heads(inference, width);
        if (shapes.has("blocks.0.ls1.gamma") || shapes.has("blocks.0.gamma_1")) {
            inference.set("layer-scale", layerScale(inference));
        }
        inference.dropPath();
    }

    private static double layerScale(Inference inference) {
        double start = inference.stored.number("MODEL.VIT.INIT_VALUES").orElse(0);
        return start > 0 ? start : 0.1;
    }

    private static String table(TensorShapes shapes) {
        String shared = "rel_pos_bias." + TABLE;
        return shapes.has(shared) ? shared : "blocks.0.attn." + TABLE;
    }

    private static void positions(Inference inference, int patch, boolean sinCos) {
        TensorShapes shapes = inference.shapes;
        boolean absolute = shapes.has("pos_embed");
        boolean relative = shapes.has(table(shapes));
        int grid = 0;
        if (absolute) {
            int rows = shapes.need("pos_embed", 3)[1];
            grid = TensorShapes.root(rows - 1);
            if (grid == 0) {
                throw shapes.refusal(
                        ": pos_embed has " + rows
                                + " rows, but a class token and the patches of a square image are expected, a square number and one");
            }
        }
        if (relative) {
            int rows = shapes.need(table(shapes), 2)[0];
            int edge = TensorShapes.root(rows - CLASS_ROWS);
            if (edge % 2 == 0 || (absolute && edge != 2 * grid - 1)) {
                throw shapes.refusal(": " + table(shapes) + " has " + rows
                        + " rows, but three and the square of an odd number are expected"
                        + (absolute ? ", " + (2 * grid - 1) + " by pos_embed" : ""));
            }
            grid = (edge + 1) / 2;
            inference.set("relative-position", table(shapes).startsWith("blocks") ? "per-block" : "shared");
        }
        inference.set("positions", absolute ? sinCos ? "sin-cos" : "learned" : "none");
        if (grid > 0) {
            inference.imageSize((long) grid * patch);
        } else {
            inference.imageSizeFromSettings(patch);
        }
    }

    /** Rejects an encoder that may have positions which are not stored in its file. */
    static void refuseHiddenPositions(Inference inference) {
        TensorShapes shapes = inference.shapes;
        boolean stored = shapes.has("pos_embed") || shapes.has(table(shapes));
        boolean declared = inference.asked.withoutPositions()
                || inference.stored.flag("MODEL.VIT.USE_APE").isPresent();
        if (!stored && !declared) {
            throw shapes.refusal(" has neither pos_embed nor tables of relative positions: models with rotary positions"
                    + " keep none in their files and cannot be read; where the encoder has no positions at all, say so"
                    + " with `set` encoder.positions=none");
        }
    }

    /** Rejects MoCo's ViT at the width where its number of heads is not the usual one. */
    static void refuseUnsureHeads(Map<String, String> settings, Asked asked) {
        if (UNSURE_WIDTH.equals(settings.get("width")) && asked.heads().isEmpty()) {
            throw new ConfigException("no tensor of a ViT shows its number of heads: the names are those of MoCo v3,"
                    + " whose ViT of width 384 has 12, where the usual one has 6; give it with `heads`");
        }
    }

    private static void heads(Inference inference, int width) {
        TensorShapes shapes = inference.shapes;
        OptionalInt requested = inference.asked.heads();
        if (shapes.has(table(shapes))) {
            int heads = shapes.need(table(shapes), 2)[1];
            if (requested.isPresent() && requested.getAsInt() != heads) {
                throw new ConfigException(
                        "`heads` is " + requested.getAsInt() + ", but the file has tables for " + heads);
            }
            inference.set("heads", heads);
            return;
        }
        OptionalInt stored = inference.stored.count("MODEL.VIT.NUM_HEADS");
        if (requested.isPresent()) {
            stored.ifPresent(heads -> {
                if (heads != requested.getAsInt()) {
                    inference.notice("the settings in the file name " + heads + " heads, but `heads` "
                            + requested.getAsInt() + " is taken");
                }
            });
            inference.set("heads", requested.getAsInt());
        } else if (stored.isPresent() && width % stored.getAsInt() == 0) {
            inference.set("heads", stored.getAsInt());
        } else if (USUAL_HEADS.containsKey(width)) {
            int heads = USUAL_HEADS.get(width);
            inference.set("heads", heads);
            inference.notice("the file does not say how many heads there are; " + heads
                    + " are assumed, as in the usual ViT of width " + width + "; `heads` names another number");
        } else {
            throw new ConfigException(
                    "the tensors of a ViT do not show its number of heads, the file does not say it, and" + " width "
                            + width + " is none of the usual ones; give it with `heads`");
        }
    }
}

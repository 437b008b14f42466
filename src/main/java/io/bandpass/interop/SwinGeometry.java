package io.bandpass.interop;

import io.bandpass.interop.CheckpointGeometry.Inference;
import java.util.ArrayList;
import java.util.List;

/** Infers the geometry of a Swin Transformer. */
final class SwinGeometry {
    private static final String PATCHES = "patch_embed.proj.weight";

    private SwinGeometry() {}

    static void infer(Inference inference) {
        TensorShapes shapes = inference.shapes;
        int[] embedding = shapes.need(PATCHES, 4);
        shapes.needRgb(PATCHES, embedding);
        int patch = shapes.square(PATCHES, embedding);
        int width = embedding[0];
        List<Integer> depths = shapes.counts(0, "layers.", ".blocks.", ".attn.qkv.weight");
        int hidden = shapes.need("layers.0.blocks.0.mlp.fc1.weight", 2)[0];
        List<Integer> heads = new ArrayList<>();
        List<Integer> windows = new ArrayList<>();
        for (int stage = 0; stage < depths.size(); stage++) {
            String table = "layers." + stage + ".blocks.0.attn.relative_position_bias_table";
            int[] shape = shapes.need(table, 2);
            int edge = TensorShapes.root(shape[0]);
            if (edge % 2 == 0) {
                throw shapes.refusal(
                        ": " + table + " has " + shape[0] + " rows, but the square of an odd number is expected");
            }
            heads.add(shape[1]);
            windows.add((edge + 1) / 2);
            long wide = (long) width << stage;
            for (int block = 0; block < depths.get(stage); block++) {
                expectTable(shapes, stage, block, shape);
                String name = "layers." + stage + ".blocks." + block + ".";
                shapes.expect(name + "attn.qkv.weight", 3 * wide, wide);
                shapes.expect(name + "attn.proj.weight", wide, wide);
                shapes.expect(name + "mlp.fc1.weight", ((long) hidden) << stage, wide);
                shapes.expect(name + "mlp.fc2.weight", wide, ((long) hidden) << stage);
            }
        }
        int window = windows.stream().mapToInt(Integer::intValue).max().orElse(1);
        inference.set("patch-size", patch);
        inference.set("stem-width", width);
        inference.set("depths", depths);
        inference.set("heads", heads);
        inference.set("window", window);
        inference.set("mlp-ratio", TensorShapes.ratio(hidden, width));
        inference.set("qkv-bias", shapes.has("layers.0.blocks.0.attn.qkv.bias"));
        inference.set("positions", shapes.has("absolute_pos_embed") ? "learned" : "none");
        imageSize(inference, patch, windows, window);
        refuseUnequal(inference, patch, windows, window);
        inference.dropPath();
    }

    /** Checks that every block of a stage has the same window size. */
    private static void expectTable(TensorShapes shapes, int stage, int block, int[] shape) {
        shapes.expect(
                "layers." + stage + ".blocks." + block + ".attn.relative_position_bias_table", shape[0], shape[1]);
    }

    /** Rejects unequal windows: only a stage with a smaller map may differ from the largest. */
    private static void refuseUnequal(Inference inference, int patch, List<Integer> windows, int window) {
        if (windows.stream().distinct().count() == 1) {
            return;
        }
        for (int stage = 0; stage < windows.size(); stage++) {
            int map = (inference.imageSize() / patch) >> stage;
            if (windows.get(stage) != Math.min(window, map)) {
                throw inference.shapes.refusal(" has windows of unequal sizes, " + windows
                        + " cells along an edge in its stages, which no Swin Transformer here has: they must be equal,"
                        + " or as large as a map that is smaller");
            }
        }
    }

    private static void imageSize(Inference inference, int patch, List<Integer> windows, int window) {
        TensorShapes shapes = inference.shapes;
        if (shapes.has("absolute_pos_embed")) {
            int grid = TensorShapes.root(shapes.need("absolute_pos_embed", 3)[1]);
            if (grid == 0) {
                throw shapes.refusal(": absolute_pos_embed is not made for a square image");
            }
            inference.imageSize((long) grid * patch);
            return;
        }
        for (int stage = 0; stage < windows.size(); stage++) {
            if (windows.get(stage) < window) {
                // A map that is smaller than the window is a single window, and shows the image size.
                inference.imageSize(((long) windows.get(stage) * patch) << stage);
                return;
            }
        }
        inference.imageSizeFromSettings(((long) patch * window) << (windows.size() - 1));
    }
}

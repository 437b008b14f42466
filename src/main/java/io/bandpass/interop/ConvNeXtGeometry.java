package io.bandpass.interop;

import io.bandpass.interop.CheckpointGeometry.Inference;
import java.util.ArrayList;
import java.util.List;

/** Infers the geometry of a ConvNeXt. */
final class ConvNeXtGeometry {
    private static final int KERNEL = 7;
    private static final int EXPANSION = 4;

    private ConvNeXtGeometry() {}

    static void infer(Inference inference) {
        TensorShapes shapes = inference.shapes;
        int[] stem = shapes.need("stem.0.weight", 4);
        shapes.needRgb("stem.0.weight", stem);
        int patch = shapes.square("stem.0.weight", stem);
        List<Integer> depths = shapes.counts(0, "stages.", ".blocks.", ".conv_dw.weight");
        List<Integer> widths = new ArrayList<>();
        for (int stage = 0; stage < depths.size(); stage++) {
            long width = shapes.need("stages." + stage + ".blocks.0.conv_dw.weight", 4)[0];
            widths.add((int) width);
            for (int block = 0; block < depths.get(stage); block++) {
                String name = "stages." + stage + ".blocks." + block + ".";
                shapes.expect(name + "conv_dw.weight", width, 1, KERNEL, KERNEL);
                shapes.expect(name + "mlp.fc1.weight", EXPANSION * width, width);
                shapes.expect(name + "mlp.fc2.weight", width, EXPANSION * width);
            }
        }
        inference.set("stem-patch", patch);
        inference.set("depths", depths);
        inference.set("widths", widths);
        inference.set("layer-scale", shapes.has("stages.0.blocks.0.gamma") ? 1e-6 : 0.0);
        inference.imageSizeFromSettings((long) patch << (depths.size() - 1));
        inference.dropPath();
    }
}

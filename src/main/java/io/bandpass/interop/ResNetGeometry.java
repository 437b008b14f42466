package io.bandpass.interop;

import io.bandpass.interop.CheckpointGeometry.Inference;
import java.util.ArrayList;
import java.util.List;

/** Infers the geometry of a ResNet. */
final class ResNetGeometry {
    private ResNetGeometry() {}

    static void infer(Inference inference, int decoderStride) {
        TensorShapes shapes = inference.shapes;
        if (shapes.has("conv1.0.weight")) {
            throw shapes.refusal(" has a stem of several convolutions, but one is expected");
        }
        int[] stem = shapes.need("conv1.weight", 4);
        shapes.needRgb("conv1.weight", stem);
        int kernel = shapes.square("conv1.weight", stem);
        boolean bottleneck = shapes.has("layer1.0.conv3.weight");
        List<Integer> stages = shapes.counts(1, "layer", ".", ".conv1.weight");
        List<Integer> widths = new ArrayList<>();
        List<Integer> inner = new ArrayList<>();
        int inputs = stem[0];
        for (int stage = 0; stage < stages.size(); stage++) {
            String first = "layer" + (stage + 1) + ".0.";
            int outputs = shapes.need(first + (bottleneck ? "conv3.weight" : "conv2.weight"), 4)[0];
            int between = shapes.need(first + "conv1.weight", 4)[0];
            for (int block = 0; block < stages.get(stage); block++) {
                expectBlock(shapes, "layer" + (stage + 1) + "." + block + ".", bottleneck, inputs, between, outputs);
                inputs = outputs;
            }
            widths.add(outputs);
            inner.add(between);
        }
        inference.set("block", bottleneck ? "bottleneck" : "basic");
        inference.set("stages", stages);
        inference.set("widths", widths);
        inference.set("bottleneck-widths", bottleneck ? inner : List.of());
        inference.set("stem-width", stem[0]);
        inference.set("stem-kernel", kernel);
        int stemReduction = stemReduction(inference, kernel, decoderStride >> (stages.size() - 1));
        inference.set("stem-stride", stemReduction > 1 ? 2 : 1);
        inference.set("max-pool", stemReduction > 2);
        inference.imageSizeFromSettings((long) stemReduction << (stages.size() - 1));
    }

    private static void expectBlock(
            TensorShapes shapes, String name, boolean bottleneck, int inputs, int between, int outputs) {
        if (bottleneck) {
            shapes.expect(name + "conv1.weight", between, inputs, 1, 1);
            shapes.expect(name + "conv2.weight", between, between, 3, 3);
            shapes.expect(name + "conv3.weight", outputs, between, 1, 1);
        } else {
            shapes.expect(name + "conv1.weight", outputs, inputs, 3, 3);
            shapes.expect(name + "conv2.weight", outputs, outputs, 3, 3);
        }
    }

    /** Reduction of the stem. No tensor of the encoder shows it: it follows from the decoder, else from the kernel. */
    private static int stemReduction(Inference inference, int kernel, int byDecoder) {
        if (byDecoder == 1 || byDecoder == 2 || byDecoder == 4) {
            return byDecoder;
        }
        if (kernel >= 7) {
            return 4;
        }
        inference.notice("the tensors of a ResNet do not show the strides of its stem; for its kernel of " + kernel
                + " stride 1 without max-pool is assumed, as for small images; `set` encoder.stem-stride and"
                + " encoder.max-pool name others");
        return 1;
    }
}

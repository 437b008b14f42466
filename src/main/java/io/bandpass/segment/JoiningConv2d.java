package io.bandpass.segment;

import io.bandpass.nn.Layer;
import io.bandpass.nn.Resizing;
import io.bandpass.torch.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A 3x3 convolution, without a bias, of several maps that are resized bilinearly to the size of the first one and joined
 * channel by channel.
 *
 * <p>A small map is not resized before the convolution but after its products: resizing acts on places and each of the
 * nine taps on channels, so the two can change their order. The products are then computed at the size of the small map,
 * and each axis of it is resized, and moved by the taps, in one matrix product with the interpolation's weights. In
 * UperNet with a ViT-B at 512 px this takes 0.4 of the operations, and the joined map, its largest, is never made.
 */
final class JoiningConv2d extends Layer {
    private static final int KERNEL = 3;

    private final List<Integer> inputs;
    private final int outputs;
    private final Tensor weight;

    /**
     * Creates a convolution.
     *
     * @param inputs channels of each map
     */
    JoiningConv2d(List<Integer> inputs, int outputs) {
        this.inputs = List.copyOf(inputs);
        this.outputs = outputs;
        int joined = inputs.stream().mapToInt(Integer::intValue).sum();
        weight = parameter("weight", outputs, joined, KERNEL, KERNEL);
    }

    /**
     * Convolves.
     *
     * @param maps (N, C, H, W) each, with the channels of the constructor
     * @return (N, outputs, H, W), of the size of the first map
     */
    Tensor forward(List<Tensor> maps) {
        long height = maps.get(0).size(2);
        long width = maps.get(0).size(3);
        TensorVector large = new TensorVector();
        TensorVector largeWeights = new TensorVector();
        TensorVector small = new TensorVector();
        TensorVector acrossSmall = new TensorVector();
        long from = 0;
        for (int i = 0; i < maps.size(); i++) {
            Tensor map = maps.get(i);
            Tensor ofMap = Tensors.slice(weight, 1, from, from + inputs.get(i)); // (outputs, C, 3, 3)
            from += inputs.get(i);
            if (i > 0 && map.size(2) <= height && map.size(3) <= width && map.size(2) * map.size(3) < height * width) {
                small.push_back(Tensors.scoped(() -> resizedDown(map, ofMap, height)));
                acrossSmall.push_back(taps(map.size(3), width, map.device()));
            } else {
                large.push_back(Resizing.bilinear(map, height, width));
                largeWeights.push_back(ofMap);
            }
        }
        Tensor ofLarge = convolve(torch.cat(large, 1), torch.cat(largeWeights, 1));
        return small.empty() ? ofLarge : ofLarge.add(resizedAcross(small, torch.cat(acrossSmall, 1)));
    }

    private static Tensor convolve(Tensor maps, Tensor weights) {
        long[] ones = {1, 1};
        return torch.conv2d(maps, Tensors.channelsLast(weights), new TensorOptional(), ones, ones, ones, 1);
    }

    /**
     * Computes the products of a small map and resizes its height.
     *
     * @param map (N, C, h, w)
     * @param weights (outputs, C, 3, 3)
     * @return (N, H, 3w, outputs), three columns of taps beside each other
     */
    private Tensor resizedDown(Tensor map, Tensor weights, long height) {
        long n = map.size(0);
        long rows = map.size(2);
        long columns = map.size(3);
        // (outputs, C, 3, 3) -> (column, row, outputs, C) -> (9 outputs, C)
        Tensor ofTaps = weights.permute(3, 2, 0, 1).reshape((long) KERNEL * KERNEL * outputs, map.size(1));
        Tensor products = torch.linear(map.permute(0, 2, 3, 1), ofTaps) // (N, h, w, 9 outputs)
                .view(n, rows, columns, KERNEL, KERNEL, outputs)
                .permute(0, 3, 4, 1, 2, 5) // (N, column, row, h, w, outputs)
                .reshape(n * KERNEL, KERNEL * rows, columns * outputs); // (3N, 3h, w outputs)
        Tensor down = taps(rows, height, map.device()).expand(n * KERNEL, -1, -1); // (3N, H, 3h)
        return torch.bmm(down, products) // (3N, H, w outputs)
                .view(n, KERNEL, height, columns, outputs)
                .permute(0, 2, 1, 3, 4) // (N, H, column, w, outputs)
                .reshape(n, height, KERNEL * columns, outputs);
    }

    /**
     * Resizes the widths of small maps and adds them up.
     *
     * @param maps (N, H, 3w, outputs) each
     * @param across (W, sum of 3w)
     * @return (N, outputs, H, W), channels-last in memory
     */
    private static Tensor resizedAcross(TensorVector maps, Tensor across) {
        Tensor joined = torch.cat(maps, 2); // (N, H, sum of 3w, outputs)
        long n = joined.size(0);
        long height = joined.size(1);
        Tensor all = joined.flatten(0, 1); // (N * H, sum of 3w, outputs)
        return torch.bmm(across.expand(n * height, -1, -1), all)
                .view(n, height, across.size(0), joined.size(3)) // (N, H, W, outputs)
                .permute(0, 3, 1, 2);
    }

    /**
     * Weights of the cells along one axis of a small map in those of the large one, for each of the three taps along that
     * axis. A tap beyond the edge reads zeros.
     *
     * @return (large, 3 small)
     */
    private static Tensor taps(long small, long large, Device device) {
        int cells = Math.toIntExact(small);
        int results = Math.toIntExact(large);
        float[] weights = new float[results * KERNEL * cells];
        for (int i = 0; i < results; i++) {
            for (int tap = 0; tap < KERNEL; tap++) {
                int read = i + tap - KERNEL / 2;
                if (read < 0 || read >= results) {
                    continue;
                }
                // The centre of a cell, as bilinear resizing with align_corners false has it.
                double place = Math.max(0, (read + 0.5) * cells / results - 0.5);
                int lower = Math.min((int) place, cells - 1);
                int upper = Math.min(lower + 1, cells - 1);
                int start = (i * KERNEL + tap) * cells;
                weights[start + lower] += (float) (1 - (place - lower));
                weights[start + upper] += (float) (place - lower);
            }
        }
        return Tensors.to(Tensors.ofFloats(weights, results, (long) KERNEL * cells), device);
    }
}

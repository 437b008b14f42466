package io.bandpass.interop;

import io.bandpass.torch.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The layers after the encoder in another program's checkpoint. A head is a weight (classes, width) and a bias
 * (classes), preceded by the norm of the mean if there is one. Anything else named a head, such as the projection of a
 * contrastive method, is not a classifier.
 *
 * @param taken tensors that make the encoder a classifier; empty if there are none
 * @param leftOver tensors named like a head that are not one
 */
record CheckpointHead(Map<String, Tensor> taken, Map<String, Tensor> leftOver) {
    private static final String MEAN_NORM = "fc_norm.";
    private static final String WEIGHT = "weight";
    private static final String BIAS = "bias";

    /** Returns the head for an encoder of this width. */
    static CheckpointHead of(CheckpointNaming.Parts parts, int width) {
        Map<String, Tensor> taken = new LinkedHashMap<>();
        Map<String, Tensor> leftOver = new LinkedHashMap<>(parts.head());
        if (parts.momentumContrast()) {
            // The projection of MoCo v1 is one linear layer, like a classifier.
            return new CheckpointHead(taken, leftOver);
        }
        // Together with a final norm it would be another function: norm, mean, norm.
        boolean normed = !parts.encoder().containsKey("norm.weight")
                && isOf(leftOver.get(MEAN_NORM + WEIGHT), width)
                && isOf(leftOver.get(MEAN_NORM + BIAS), width);
        boolean hasMeanNorm = leftOver.keySet().stream().anyMatch(name -> name.startsWith(MEAN_NORM));
        if (normed) {
            move(leftOver, taken, MEAN_NORM);
        }
        String head = leftOver.keySet().stream()
                .filter(name -> !name.startsWith(MEAN_NORM) && name.endsWith(WEIGHT))
                .map(name -> name.substring(0, name.length() - WEIGHT.length()))
                .findFirst()
                .orElse("");
        Tensor weight = leftOver.get(head + WEIGHT);
        boolean linear = weight != null
                && weight.dim() == 2
                && weight.size(0) > 0
                && weight.size(1) == width
                && isOf(leftOver.get(head + BIAS), weight.size(0));
        if (linear && normed == hasMeanNorm) {
            move(leftOver, taken, head);
        }
        return new CheckpointHead(taken, leftOver);
    }

    private static boolean isOf(@Nullable Tensor tensor, long size) {
        return tensor != null && Tensors.shape(tensor).length == 1 && tensor.size(0) == size;
    }

    private static void move(Map<String, Tensor> from, Map<String, Tensor> to, String prefix) {
        for (String name : new String[] {prefix + WEIGHT, prefix + BIAS}) {
            Tensor tensor = from.remove(name);
            if (tensor != null) {
                to.put(name, tensor);
            }
        }
    }

    /** Whether the logits are computed from the normalised mean of the patches, without a final norm. */
    boolean poolsBeforeNorm() {
        return taken.containsKey(MEAN_NORM + WEIGHT);
    }
}

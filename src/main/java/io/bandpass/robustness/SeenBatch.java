package io.bandpass.robustness;

import io.bandpass.attack.MagnifiedPerturbation;
import io.bandpass.data.ImageSource;
import io.bandpass.robust.Condition;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * Images of a batch as a classifier saw them, in the scope of the batch.
 *
 * @param condition what was done to them
 * @param source where they come from
 * @param indices of the images in their source, ascending
 * @param classes names of the S classes that labels are ranks among
 * @param labels (n), int64, on the CPU
 * @param images (n, 3, H, W), float32, in [0, 1], on the device of the model
 * @param logits computes the logits (m, S), float32, of some rows (m), int64, on the device of the images
 * @param perturbation what an attack changed
 */
record SeenBatch(
        Condition condition,
        ImageSource source,
        int[] indices,
        List<String> classes,
        Tensor labels,
        Tensor images,
        UnaryOperator<Tensor> logits,
        Optional<MagnifiedPerturbation> perturbation) {}

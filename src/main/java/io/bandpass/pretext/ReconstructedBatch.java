package io.bandpass.pretext;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * Reconstructions of some images of a batch. Images are (n, 3, H, W) in the range 0 to 1, which predictions may leave.
 *
 * @param captions short description of each image's corruption
 * @param corrupted input of the encoder, before normalisation
 * @param mask (n, H, W), 1 for frequencies (centred) or pixels that the encoder saw; empty for tasks without a mask
 * @param prediction of the decoder
 * @param combined the visible content completed with the prediction; empty if nothing was left unchanged
 * @param imageLosses (n): loss of each image as a batch on its own
 * @param loss contribution of these images to the total loss
 */
public record ReconstructedBatch(
        List<String> captions,
        Tensor corrupted,
        Optional<Tensor> mask,
        Tensor prediction,
        Optional<Tensor> combined,
        Tensor imageLosses,
        double loss) {}

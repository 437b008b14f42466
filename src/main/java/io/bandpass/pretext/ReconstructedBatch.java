package io.bandpass.pretext;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * A part of a batch seen from outside. Images are (n, 3, H, W); 0 to 1 is their range, which predictions may leave.
 *
 * @param captions what was done to each image, in a few words
 * @param corrupted what the encoder was given, before normalisation
 * @param mask (n, H, W), 1 where the encoder was given a frequency (centred) or pixel; nothing for tasks without one
 * @param prediction what the decoder made of it
 * @param combined what was given kept, and the rest predicted; nothing where nothing was given unchanged
 * @param imageLosses (n): the loss of each image as a batch of its own
 * @param loss what these images add to the loss of all
 */
public record ReconstructedBatch(
        List<String> captions,
        Tensor corrupted,
        Optional<Tensor> mask,
        Tensor prediction,
        Optional<Tensor> combined,
        Tensor imageLosses,
        double loss) {}

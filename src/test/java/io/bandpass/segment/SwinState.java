package io.bandpass.segment;

import io.bandpass.format.TensorFile;
import io.bandpass.nn.NamedTensor;
import io.bandpass.testing.GoldenState;
import org.bytedeco.pytorch.NoGradGuard;

/** Puts the golden Swin Transformer, under its authors' names and without heads, into a segmentation model. */
final class SwinState {
    private SwinState() {}

    static void load(Segmenter segmenter, TensorFile golden) {
        try (NoGradGuard guard = new NoGradGuard()) {
            for (NamedTensor entry : segmenter.state()) {
                if (!entry.name().matches("(decode|auxiliary)_head\\..*")) {
                    entry.tensor().copy_(GoldenState.value(golden, "state." + entry.name()));
                }
            }
        }
    }
}

package io.bandpass.attack;

import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Which images a model classifies right. */
final class Predictions {
    private Predictions() {}

    /** Returns where the largest logit is that of the label: (N, K) and (N) to a mask (N). */
    static Tensor right(Tensor logits, Tensor labels) {
        return logits.argmax(new LongOptional(1), false).eq(labels);
    }

    /** Values of a mask. */
    static boolean[] toBooleans(Tensor mask) {
        try (PointerScope scope = new PointerScope()) {
            long[] values = Tensors.toLongs(mask.to(ScalarType.Long));
            boolean[] booleans = new boolean[values.length];
            for (int i = 0; i < booleans.length; i++) {
                booleans[i] = values[i] != 0;
            }
            return booleans;
        }
    }
}
